using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>The audit log as it was at one time, whatever is added or rotated since.</summary>
internal sealed class AuditSnapshot : IDisposable
{
    private AuditSnapshot(IReadOnlyList<AuditSnapshotFile> files, string? head, bool isComplete) => (Files, Head, IsComplete) = (files, head, isComplete);

    /// <summary>Its files, the oldest first.</summary>
    public IReadOnlyList<AuditSnapshotFile> Files { get; }

    /// <summary>The digest of the newest line, as it is noted beside the log; null if there is no note.</summary>
    public string? Head { get; }

    /// <summary>Whether rotation has removed no line yet.</summary>
    public bool IsComplete { get; }

    /// <summary>
    /// Takes it: the writers wait while the files are opened, not while they are read. Throws IOException where another process holds the log for too long.
    /// </summary>
    public static async Task<AuditSnapshot> TakeAsync(AuditFiles files, TimeProvider time, CancellationToken cancellationToken)
    {
        // Nothing was ever written where there is no lock file, and reading creates none.
        using var held = File.Exists(files.LockFile) ? await FileLock.AcquireToReadAsync(files.LockFile, time, cancellationToken) : null;
        var opened = new List<AuditSnapshotFile>();
        foreach (var path in files.OldestFirst())
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            opened.Add(new AuditSnapshotFile(Path.GetFileName(path), file, file.Length));
        }

        return new AuditSnapshot(opened, files.ReadHead(), isComplete: !files.IsOldestFull);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Content.Dispose();
        }
    }
}
