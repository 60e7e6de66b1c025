using System.Buffers;
using System.Net;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>A file as the body of a request, with a Content-Length. It is read as it is sent, and from the beginning again for each attempt.</summary>
/// <param name="path">The file, which does not change meanwhile.</param>
/// <param name="progressed">Called after each part that was sent.</param>
internal sealed class FileContent(string path, Action progressed) : HttpContent
{
    private const int BufferBytes = 128 * 1024;

    private readonly long _length = new FileInfo(path).Length;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            while (await file.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progressed();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
