using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// A part of a file, read once. Its last byte is handed over alone: a decompressor asks for it only where its data did not end
/// before, and this is how one learns that compressed data is exactly as long as an archive says.
/// </summary>
internal sealed class FileExtent(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    /// <summary>Whether the last byte was handed over.</summary>
    public bool IsUsedUp => _position == length;

    /// <summary>Whether somebody asked for more than there is.</summary>
    public bool IsTooShort { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Bytes that are there, as the length of the file says.</summary>
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
