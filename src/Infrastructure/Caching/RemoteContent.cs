namespace PyWharf.Infrastructure.Caching;

/// <summary>A response with a file, or a part of it.</summary>
/// <param name="body">The bytes that the response has.</param>
/// <param name="from">The position of its first byte.</param>
/// <param name="bytes">The number of its bytes; null if the server does not say.</param>
/// <param name="length">The length of the whole file; null if the server does not say.</param>
/// <param name="response">Disposed of together with this.</param>
internal sealed class RemoteContent(Stream body, long from, long? bytes, long? length, IDisposable response) : IDisposable
{
    public Stream Body => body;

    public long From => from;

    public long? Bytes => bytes;

    public long? Length => length;

    /// <inheritdoc/>
    public void Dispose()
    {
        body.Dispose();
        response.Dispose();
    }
}
