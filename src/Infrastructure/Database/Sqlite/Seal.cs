using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// A checksum over the values of a row, which detects corruption on the disk: SQLite has no checksum of its pages.
/// </summary>
/// <param name="place">Seeds each seal, so that rows of another repository's catalog are detected.</param>
internal sealed class Seal(string place)
{
    private readonly long _seed = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(place));
    private readonly ArrayBufferWriter<byte> _values = new(512);

    public Seal Add(long? value)
    {
        _values.Write([value is null ? (byte)0 : (byte)1]);
        BinaryPrimitives.WriteInt64LittleEndian(_values.GetSpan(sizeof(long)), value ?? 0);
        _values.Advance(sizeof(long));

        return this;
    }

    public Seal Add(string? text)
    {
        // SQLite returns text up to a NUL.
        var read = text.AsSpan();
        read = read.IndexOf('\0') is >= 0 and var end ? read[..end] : read;
        Add(text is null ? null : read.Length);
        Encoding.UTF8.GetBytes(read, _values);

        return this;
    }

    public Seal Add(Sha256Digest? digest)
    {
        Add(digest is null ? null : Sha256Digest.Size);
        if (digest is { } bytes)
        {
            bytes.CopyTo(_values.GetSpan(Sha256Digest.Size));
            _values.Advance(Sha256Digest.Size);
        }

        return this;
    }

    /// <summary>The seal over the added values; resets them.</summary>
    public long Take()
    {
        var seal = (long)XxHash3.HashToUInt64(_values.WrittenSpan, _seed);
        _values.ResetWrittenCount();

        return seal;
    }
}
