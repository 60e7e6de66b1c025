using System.Collections.Concurrent;

namespace PyWharf.Infrastructure.Backup;

/// <summary>What a backup consists of, and what was copied this time. Safe for concurrent use.</summary>
public sealed class BackupReport
{
    private readonly ConcurrentQueue<string> _notes = new();
    private long _files;
    private long _bytes;
    private long _copied;
    private long _copiedBytes;
    private long _removed;

    /// <summary>The files of the backup.</summary>
    public long Files => Interlocked.Read(ref _files);

    /// <summary>Their size.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The files that were copied; all others were there from an earlier backup.</summary>
    public long CopiedFiles => Interlocked.Read(ref _copied);

    /// <summary>Their size.</summary>
    public long CopiedBytes => Interlocked.Read(ref _copiedBytes);

    /// <summary>The files of an earlier backup that are gone from the root folder, and so from the backup.</summary>
    public long RemovedFiles => Interlocked.Read(ref _removed);

    /// <summary>What is not part of the backup, and why.</summary>
    public IReadOnlyCollection<string> Notes => _notes;

    /// <summary>Counts a file of the backup; returns their number so far.</summary>
    public long Count(long bytes, bool isCopied)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (isCopied)
        {
            Interlocked.Increment(ref _copied);
            Interlocked.Add(ref _copiedBytes, bytes);
        }

        return Interlocked.Increment(ref _files);
    }

    public void CountRemoved() => Interlocked.Increment(ref _removed);

    public void Add(string note) => _notes.Enqueue(note);
}
