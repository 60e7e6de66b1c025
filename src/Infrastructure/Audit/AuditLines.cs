namespace PyWharf.Infrastructure.Audit;

/// <summary>Reads a file of the audit log by lines.</summary>
internal static class AuditLines
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>
    /// The lines from the beginning to a length, the last one also where it is cut off. Ends early where a line is too long to be one of the log.
    /// The bytes of a line are valid until the next one is read.
    /// </summary>
    public static IEnumerable<AuditText> ReadForward(FileStream file, long length)
    {
        var buffer = new byte[BlockBytes];
        var (begin, end, at) = (0, 0, 0L);
        while (true)
        {
            var newline = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                yield return new AuditText(buffer.AsMemory(begin, newline), IsWhole: true);
                begin += newline + 1;
                continue;
            }

            if (end - begin > AuditLine.MaxBytes || at == length)
            {
                break;
            }

            buffer.AsSpan(begin, end - begin).CopyTo(buffer);
            (begin, end) = (0, end - begin);
            var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(end, (int)Math.Min(buffer.Length - end, length - at)), at);
            if (read == 0)
            {
                break;
            }

            (end, at) = (end + read, at + read);
        }

        if (end > begin)
        {
            yield return new AuditText(buffer.AsMemory(begin, Math.Min(end - begin, AuditLine.MaxBytes)), IsWhole: false);
        }
    }

    /// <summary>
    /// The lines before a length, the last one first, without newlines. Ends early where a line is too long to be one of the log. The bytes of a line are
    /// valid until the next one is read.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadBackward(FileStream file, long length)
    {
        // At its end, what is known of a line that begins in the block before.
        var buffer = new byte[BlockBytes + AuditLine.MaxBytes];
        var kept = 0;
        for (var at = length; at > 0;)
        {
            var count = (int)Math.Min(BlockBytes, at);
            at -= count;
            buffer.AsSpan(0, kept).CopyTo(buffer.AsSpan(count));
            if (!TryRead(file, buffer.AsSpan(0, count), at))
            {
                yield break;
            }

            var end = count + kept;
            for (var newline = buffer.AsSpan(0, end).LastIndexOf((byte)'\n'); newline >= 0; newline = buffer.AsSpan(0, end).LastIndexOf((byte)'\n'))
            {
                yield return buffer.AsMemory(newline + 1, end - newline - 1);
                end = newline;
            }

            kept = end;
            if (kept > AuditLine.MaxBytes)
            {
                yield break;
            }
        }

        yield return buffer.AsMemory(0, kept);
    }

    private static bool TryRead(FileStream file, Span<byte> block, long at)
    {
        for (var read = 0; block.Length > 0; block = block[read..], at += read)
        {
            read = RandomAccess.Read(file.SafeFileHandle, block, at);
            if (read == 0)
            {
                return false;
            }
        }

        return true;
    }
}
