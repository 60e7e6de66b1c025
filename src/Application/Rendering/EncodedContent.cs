using System.Buffers.Text;
using System.Security.Cryptography;

namespace PyWharf.Application.Rendering;

/// <summary>The bytes of a response with their strong validator (ETag).</summary>
public sealed class EncodedContent
{
    // 128 bits are enough: a collision gains an attacker nothing.
    private const int HashBytesUsed = 16;

    internal EncodedContent(ReadOnlyMemory<byte> bytes, char mark)
    {
        Bytes = bytes;
        ETag = $"\"{Base64Url.EncodeToString(SHA256.HashData(bytes.Span).AsSpan(0, HashBytesUsed))}-{mark}\"";
    }

    /// <summary>The encoded bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The header value, with quotes; the same for the same bytes in every process.</summary>
    public string ETag { get; }
}
