using System.Collections.Concurrent;

namespace PyWharf.Infrastructure.Backends;

/// <summary>What <c>pywharf verify</c> has checked of a repository, and what it found. Safe for concurrent use.</summary>
public sealed class VerificationReport
{
    private readonly ConcurrentQueue<StorageFault> _faults = new();
    private readonly ConcurrentQueue<string> _notes = new();
    private long _files;
    private long _bytes;

    /// <summary>The files whose bytes were read.</summary>
    public long Files => Interlocked.Read(ref _files);

    /// <summary>Their size.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The faults, by project and file.</summary>
    public IReadOnlyList<StorageFault> Faults =>
        [.. _faults.OrderBy(fault => fault.Project, StringComparer.Ordinal).ThenBy(fault => fault.File, StringComparer.Ordinal)];

    /// <summary>What was not checked, and why.</summary>
    public IReadOnlyCollection<string> Notes => _notes;

    /// <summary>Counts a file.</summary>
    /// <returns>The number of files so far.</returns>
    public long Count(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);

        return Interlocked.Increment(ref _files);
    }

    public void Add(StorageFault fault) => _faults.Enqueue(fault);

    public void Add(string note) => _notes.Enqueue(note);
}
