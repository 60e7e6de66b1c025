using PyWharf.Application.Audit;

namespace PyWharf.Infrastructure.Audit;

/// <summary>Adds lines to the end of the audit log, for whoever holds its lock.</summary>
internal sealed class AuditWriter : IDisposable
{
    private readonly AuditFiles _files;
    private readonly long _maxBytes;
    private readonly DateTimeOffset _now;
    private readonly MemoryStream _lines = new();
    private FileStream _file;
    private string? _previous;

    /// <summary>Opens the file, and cuts off a line that a killed process did not finish.</summary>
    /// <param name="files">The files.</param>
    /// <param name="maxBytes">The size from which a file is full.</param>
    /// <param name="now">The time of the lines.</param>
    public AuditWriter(AuditFiles files, long maxBytes, DateTimeOffset now)
    {
        (_files, _maxBytes, _now) = (files, maxBytes, now);
        _file = files.Open();
        try
        {
            _previous = AuditTail.CutTornLine(_file) ?? DigestOfNewestFull();

            // If the noted digest is that of no line, the newest lines were removed or altered. The next line is chained to them, so that this goes on to show.
            if (files.ReadHead() is { } head && head != _previous && !IsInLog(head))
            {
                (_previous, HasLostLines) = (head, true);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the newest lines were removed or altered since they were written.</summary>
    public bool HasLostLines { get; }

    /// <summary>Whether there is room for events in the file; if not, what was added is to be flushed first, and then the file to be rotated.</summary>
    public bool TryAdd(IReadOnlyList<AuditEvent> entries)
    {
        var (begin, previous) = (_lines.Length, _previous);
        foreach (var entry in entries)
        {
            var line = AuditLine.Write(entry, _now, _previous);
            _lines.Write(line);
            _previous = AuditLine.DigestOf(line.AsSpan(..^1));
        }

        // An empty file takes what is larger than a file should be.
        if (_file.Length + begin == 0 || _file.Length + _lines.Length <= _maxBytes)
        {
            return true;
        }

        _lines.SetLength(begin);
        _previous = previous;

        return false;
    }

    /// <summary>Writes what was added to the disk, all or nothing.</summary>
    public void Flush()
    {
        if (_lines.Length == 0 || _previous is null)
        {
            return;
        }

        var end = _file.Length;
        try
        {
            _file.Position = end;
            _file.Write(_lines.GetBuffer().AsSpan(0, (int)_lines.Length));
            _file.Flush(flushToDisk: true);
            _files.WriteHead(_previous);
        }
        catch
        {
            _file.SetLength(end);
            throw;
        }

        _lines.SetLength(0);
    }

    /// <summary>Goes on in an empty file.</summary>
    public void Rotate()
    {
        _file.Dispose();
        _files.Rotate();
        _file = _files.Open();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lines.Dispose();
    }

    private string? DigestOfNewestFull()
    {
        using var file = OpenNewestFull();

        return file is null ? null : AuditTail.DigestOfLastLine(file);
    }

    // After a crash of the machine the noted digest may be some lines old.
    private bool IsInLog(string digest)
    {
        using var full = OpenNewestFull();

        return new[] { _file, full }.Any(file =>
            file is not null && AuditLines.ReadForward(file, file.Length).Any(line => line.IsWhole && AuditLine.DigestOf(line.Bytes.Span) == digest));
    }

    private FileStream? OpenNewestFull() =>
        File.Exists(_files.NewestFull) ? new(_files.NewestFull, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
}
