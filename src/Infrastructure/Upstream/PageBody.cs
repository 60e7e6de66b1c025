using System.IO.Compression;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The body of an index page.</summary>
internal static class PageBody
{
    /// <summary>The coding that pages are asked for in.</summary>
    public const string Gzip = "gzip";

    /// <summary>Opens it, decompressed. Compressed and decompressed bytes have the same limit, as a gzip stream can be long and hold nothing.</summary>
    /// <param name="content">The response's content.</param>
    /// <param name="most">The limit, in bytes; beyond it, reading throws <see cref="UpstreamException"/>.</param>
    /// <param name="turns">Limits how many large bodies are read at a time; null for no such limit.</param>
    /// <param name="host">The host of the index.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<Stream> OpenAsync(HttpContent content, int most, SemaphoreSlim? turns, string host, CancellationToken cancellationToken)
    {
        var sent = await content.ReadAsStreamAsync(cancellationToken);

        return content.Headers.ContentEncoding.ToArray() switch
        {
            [] => new BoundedBody(sent, most, turns),
            [var coding] when coding.Equals(Gzip, StringComparison.OrdinalIgnoreCase) => new BoundedBody(
                new GZipStream(new BoundedBody(sent, most, turns: null), CompressionMode.Decompress), most, turns),
            _ => throw new UpstreamException(FailureKind.BadGateway, $"The upstream index at {host} answered in a coding that it was not asked for."),
        };
    }
}
