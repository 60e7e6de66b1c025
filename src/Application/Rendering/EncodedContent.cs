using System.Buffers.Text;
using System.Security.Cryptography;

namespace PyWharf.Application.Rendering;

/// <summary>The bytes of a response, and the strong validator that belongs to them.</summary>
public sealed class EncodedContent
{
    // 128 bits: nobody gains anything from a page that collides with another one.
    private const int HashBytesUsed = 16;

    internal EncodedContent(ReadOnlyMemory<byte> bytes, char mark)
    {
        Bytes = bytes;
        ETag = $"\"{Base64Url.EncodeToString(SHA256.HashData(bytes.Span).AsSpan(0, HashBytesUsed))}-{mark}\"";
    }

    /// <summary>To be sent as they are.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>As it stands in the header, with its quotes; the same for the same bytes, in every process.</summary>
    public string ETag { get; }
}
