using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// What a part of an archive holds: read once, checked at its end against what the archive says of its length and checksum.
/// </summary>
internal sealed class CompressedContent : IDisposable
{
    private readonly FileExtent _extent;
    private readonly Stream _stream;
    private readonly uint _crc32;
    private readonly Predicate<long> _isSize;
    private readonly DecompressionBudget _budget;
    private readonly string _subject;
    private readonly Crc32 _crc32Read = new();
    private long _size;

    /// <param name="file">The archive.</param>
    /// <param name="extent">The compressed bytes, which lie within the file.</param>
    /// <param name="isDeflated">Else they are stored as they are.</param>
    /// <param name="crc32">Of what comes out.</param>
    /// <param name="isSize">Whether so many bytes are what should come out.</param>
    /// <param name="budget">Pays for what comes out.</param>
    /// <param name="subject">What a message calls it: <c>The entry "a"</c>.</param>
    public CompressedContent(
        SafeFileHandle file,
        (long Offset, long Length) extent,
        bool isDeflated,
        uint crc32,
        Predicate<long> isSize,
        DecompressionBudget budget,
        string subject)
    {
        _extent = new FileExtent(file, extent.Offset, extent.Length);
        _stream = isDeflated ? new DeflateStream(_extent, CompressionMode.Decompress) : _extent;
        _crc32 = crc32;
        _isSize = isSize;
        _budget = budget;
        _subject = subject;
    }

    /// <summary>The next bytes; 0 at the end, where all was found to be as it should.</summary>
    /// <exception cref="InvalidDataException">It is not; the message is for the person who uploads.</exception>
    public int Read(Span<byte> buffer)
    {
        var count = Inflate(buffer);
        if (count == 0)
        {
            CheckEnd();
        }

        _budget.Spend(count);
        _crc32Read.Append(buffer[..count]);
        _size += count;

        return count;
    }

    /// <summary>All of it, which is no more than can be held in memory.</summary>
    /// <exception cref="InvalidDataException">It has another size, or is not as it should be.</exception>
    public byte[] ReadToEnd(int size)
    {
        var content = new byte[size];
        for (var at = 0; at < size;)
        {
            at += Read(content.AsSpan(at));
        }

        Span<byte> more = stackalloc byte[1];
        if (Inflate(more) != 0)
        {
            throw OfAnotherSize();
        }

        CheckEnd();

        return content;
    }

    /// <summary>Reads it for its checks, and for its digest.</summary>
    public void ReadThrough(IncrementalHash? hash, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            while (Read(buffer) is > 0 and var count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash?.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _stream.Dispose();

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            return _stream.Read(buffer);
        }
        catch (InvalidDataException) when (!_extent.IsTooShort)
        {
            throw new InvalidDataException($"{_subject} can't be decompressed: its data is broken.");
        }
        catch (InvalidDataException)
        {
            return 0; // the data is cut off, which the end tells
        }
    }

    private void CheckEnd()
    {
        if (_stream is DeflateStream && _extent.IsTooShort)
        {
            throw new InvalidDataException($"{_subject} is cut off: its compressed data has no end.");
        }

        if (!_extent.IsUsedUp)
        {
            throw new InvalidDataException($"{_subject} is followed by bytes that belong to nothing: its compressed data ends too early.");
        }

        if (!_isSize(_size))
        {
            throw OfAnotherSize();
        }

        if (_crc32Read.GetCurrentHashAsUInt32() != _crc32)
        {
            throw new InvalidDataException($"{_subject} is damaged: its checksum (CRC) is wrong.");
        }
    }

    private InvalidDataException OfAnotherSize() => new($"{_subject} unpacks to another size than the archive says.");
}
