using System.IO.Compression;

namespace PyWharf.Application.Rendering;

/// <summary>A page in one media type. Its encodings are rendered on demand, once; thread-safe.</summary>
public sealed class PageRepresentation
{
    // A response that fits one packet gains nothing from compression.
    private const int WorthCompressing = 1024;

    // Measured on a page of 10,000 files: half the time of the default level, for 3 to 6 % more bytes.
    private static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 2 };

    private readonly Lock _making;
    private readonly char _mark;
    private Func<ReadOnlyMemory<byte>>? _render;
    private volatile EncodedContent? _identity;
    private volatile EncodedContent? _gzip;

    /// <param name="contentType">The value of the Content-Type header.</param>
    /// <param name="mark">Distinguishes its ETags from those of another representation with the same bytes.</param>
    /// <param name="render">Renders the bytes; called once, then released.</param>
    /// <param name="making">Lock held while rendering, so that concurrent requests render once.</param>
    internal PageRepresentation(string contentType, char mark, Func<ReadOnlyMemory<byte>> render, Lock making)
    {
        ContentType = contentType;
        _mark = mark;
        _render = render;
        _making = making;
    }

    /// <summary>A document that is only available as <c>application/json</c>.</summary>
    public static PageRepresentation Json(byte[] document) => new("application/json", 'j', () => document, new Lock());

    /// <summary>The value of the Content-Type header.</summary>
    public string ContentType { get; }

    /// <summary>The uncompressed content.</summary>
    public EncodedContent Identity => _identity ?? MakeIdentity();

    /// <summary>The content compressed with gzip.</summary>
    public EncodedContent Gzip => _gzip ?? MakeGzip();

    /// <summary>Whether compression pays off for clients that accept gzip.</summary>
    public bool IsWorthCompressing => Identity.Bytes.Length > WorthCompressing;

    private EncodedContent MakeIdentity()
    {
        lock (_making)
        {
            if (_identity is null && _render is not null)
            {
                _identity = new EncodedContent(_render(), _mark);
                _render = null;
            }

            return _identity!; // _render is only null after it was set
        }
    }

    private EncodedContent MakeGzip()
    {
        lock (_making)
        {
            return _gzip ??= new EncodedContent(Compress(Identity.Bytes.Span), _mark);
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, Level, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
