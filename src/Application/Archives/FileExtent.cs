using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// A part of a file as a forward-only stream. It returns the last byte in a read of its own: a decompressor reads it only if its data has not
/// ended before, which shows whether compressed data is exactly as long as declared.
/// </summary>
internal sealed class FileExtent(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    /// <summary>Whether the last byte was read.</summary>
    public bool IsUsedUp => _position == length;

    /// <summary>Whether a read was attempted after the end.</summary>
    public bool IsTooShort { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads bytes that exist according to the length of the file.</summary>
    public static void ReadExactly(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = RandomAccess.Read(file, buffer, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("The file became shorter while it was read.");
            }

            offset += count;
            buffer = buffer[count..];
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var left = length - _position;
        if (left == 0)
        {
            IsTooShort = true;
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, Math.Max(left - 1, 1));
        ReadExactly(file, offset + _position, buffer[..count]);
        _position += count;

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
