using System.Collections.Concurrent;

namespace PyWharf.Application.Importing;

/// <summary>The result of an import. Filled by several threads.</summary>
public sealed class ImportReport
{
    private readonly ConcurrentQueue<RefusedFile> _refused = [];
    private readonly ConcurrentQueue<ImportWarning> _warnings = [];
    private int _imported;
    private int _alreadyThere;
    private long _bytes;

    /// <summary>How many files were imported; in a dry run, would be.</summary>
    public int Imported => _imported;

    /// <summary>How many files were in the repository before.</summary>
    public int AlreadyThere => _alreadyThere;

    /// <summary>How many bytes were imported.</summary>
    public long Bytes => _bytes;

    /// <summary>How many files of the source are no distributions.</summary>
    public int PassedOver { get; internal set; }

    /// <summary>What was not imported, and why, by project and name.</summary>
    public IReadOnlyList<RefusedFile> Refused =>
        [.. _refused.OrderBy(refused => refused.Project, StringComparer.Ordinal).ThenBy(refused => refused.Filename, StringComparer.Ordinal)];

    /// <summary>What the repository's policy warns about, by name.</summary>
    public IReadOnlyList<ImportWarning> Warnings => [.. _warnings.OrderBy(warning => warning.Filename, StringComparer.Ordinal)];

    /// <summary>Why the import stopped before its end; null if it did not.</summary>
    public string? Stopped { get; internal set; }

    internal void AddImported(string filename, long bytes, IReadOnlyList<string> warnings)
    {
        Interlocked.Increment(ref _imported);
        Interlocked.Add(ref _bytes, bytes);
        foreach (var warning in warnings)
        {
            _warnings.Enqueue(new ImportWarning(filename, warning));
        }
    }

    internal void AddAlreadyThere() => Interlocked.Increment(ref _alreadyThere);

    internal void Refuse(string project, string? filename, string reason) => _refused.Enqueue(new RefusedFile(project, filename, reason));
}
