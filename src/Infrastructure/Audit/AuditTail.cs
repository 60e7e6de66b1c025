namespace PyWharf.Infrastructure.Audit;

/// <summary>The end of a file of the audit log.</summary>
internal static class AuditTail
{
    /// <summary>
    /// Cuts off a last line without its newline: a process died while it wrote that, and nobody was told that it was there. Leaves the file untouched
    /// where it ends as it should.
    /// </summary>
    /// <returns>The digest of the last line; null where there is none.</returns>
    public static string? CutTornLine(FileStream file)
    {
        var tail = ReadTail(file);
        var end = tail.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (end < tail.Length)
        {
            file.SetLength(file.Length - (tail.Length - end));
        }

        return DigestOfLastLine(tail.AsSpan(0, end));
    }

    /// <summary>The digest of the last whole line; null where there is none.</summary>
    public static string? DigestOfLastLine(FileStream file)
    {
        var tail = ReadTail(file);

        return DigestOfLastLine(tail.AsSpan(0, tail.AsSpan().LastIndexOf((byte)'\n') + 1));
    }

    private static string? DigestOfLastLine(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
        {
            return null;
        }

        var text = lines[..^1];

        return AuditLine.DigestOf(text[(text.LastIndexOf((byte)'\n') + 1)..]);
    }

    /// <summary>The last line and what may follow it.</summary>
    private static byte[] ReadTail(FileStream file)
    {
        // A whole line and a torn one.
        var tail = new byte[Math.Min(file.Length, 2 * (AuditLine.MaxBytes + 1))];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);

        return tail;
    }
}
