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
}
