using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// The content of an archive entry: read once, and checked at the end against the length and checksum that the archive declares.
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
    /// <param name="extent">The compressed bytes within the file.</param>
    /// <param name="isDeflated">Whether they are deflated; stored otherwise.</param>
    /// <param name="crc32">Declared checksum of the uncompressed content.</param>
    /// <param name="isSize">Whether a number of uncompressed bytes is the declared size.</param>
    /// <param name="budget">Limits the uncompressed bytes.</param>
    /// <param name="subject">The entry in messages: <c>The entry "a"</c>.</param>
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

    /// <summary>Reads the next bytes; 0 at the end, after all checks have passed.</summary>
    /// <exception cref="InvalidDataException">A check fails; the message is for the uploader.</exception>
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

    /// <summary>Reads all of it into memory.</summary>
    /// <exception cref="InvalidDataException">It has another size, or a check fails.</exception>
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

    /// <summary>Reads to the end for the checks, and computes a digest.</summary>
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
            return 0; // the data is cut off; CheckEnd reports it
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
