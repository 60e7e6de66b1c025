namespace PyWharf.Api.Http;

/// <summary>
/// Writes bodies in large parts. The web server copies what is written to its stream into blocks of 4 kB, and sends those, which costs twice as much; and
/// more than a part of a body is never in memory for a connection.
/// </summary>
internal static class ResponseBody
{
    private const int Part = 128 * 1024;

    // Up to here the blocks of the web server cost less than a buffer.
    private const int Small = 16 * 1024;

    /// <summary>Writes bytes. The response's headers are complete.</summary>
    public static Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => bytes.Length <= Small
        ? response.Body.WriteAsync(bytes, cancellationToken).AsTask()
        : WriteInPartsAsync(response, bytes, cancellationToken);

    /// <summary>Writes a stream to its end. The response's headers are complete; it begins with the first bytes, so that until then a failure can be answered.</summary>
    public static async Task CopyAsync(HttpResponse response, Stream body, CancellationToken cancellationToken)
    {
        var writer = response.BodyWriter;
        while (await body.ReadAsync(writer.GetMemory(Part)[..Part], cancellationToken) is > 0 and var read)
        {
            writer.Advance(read);
            await writer.FlushAsync(cancellationToken);
        }
    }

    private static async Task WriteInPartsAsync(HttpResponse response, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // What is written before is copied once more.
        await response.StartAsync(cancellationToken);
        var writer = response.BodyWriter;
        for (var rest = bytes; !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(Part, rest.Length)];
            part.CopyTo(writer.GetMemory(part.Length));
            writer.Advance(part.Length);
            await writer.FlushAsync(cancellationToken);
            rest = rest[part.Length..];
        }
    }
}
