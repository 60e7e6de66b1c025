using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>A SHA-256 digest. The default value is 32 zero bytes, the digest of no known content.</summary>
// Four integers instead of an array: an index has one per file.
public readonly record struct Sha256Digest
{
    /// <summary>The number of bytes of a digest.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = hex?.Length == 2 * Size && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done;
        digest = valid ? new Sha256Digest(bytes) : default;
        return valid;
    }

    /// <summary>Creates a digest from 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new Sha256Digest(bytes) : throw new ArgumentException($"A SHA-256 digest has {Size} bytes.", nameof(bytes));

    /// <summary>Writes the 32 bytes to the beginning of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
