using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>
/// The files of the audit log: <c>audit.jsonl</c>, and <c>audit.jsonl.1</c> (the newest) to <c>.10</c>, which were full. The chain of digests runs
/// from file to file.
/// </summary>
/// <param name="folder">Where they are.</param>
internal sealed class AuditFiles(string folder)
{
    private const int MostKept = 10;

    /// <summary>The file that is written.</summary>
    public string Current { get; } = Path.Combine(folder, "audit.jsonl");

    /// <summary>Held while the log is written, by one process at a time.</summary>
    public string LockFile { get; } = Path.Combine(folder, "audit.lock");

    /// <summary>The digest of the newest line, which shows that lines were cut off at the end.</summary>
    public string HeadFile { get; } = Path.Combine(folder, "audit.head");

    /// <summary>All that there are, the oldest first.</summary>
    public IEnumerable<string> OldestFirst() => Enumerable.Range(1, MostKept).Reverse().Select(Full).Append(Current).Where(File.Exists);

    /// <summary>The newest of the full ones; it need not be there.</summary>
    public string NewestFull => Full(1);

    /// <summary>Puts the current file among the full ones; the oldest goes.</summary>
    public void Rotate()
    {
        for (var number = MostKept; number > 1; number--)
        {
            if (File.Exists(Full(number - 1)))
            {
                DurableFile.Replace(Full(number - 1), Full(number));
            }
        }

        DurableFile.Replace(Current, Full(1));
        DurableFile.FlushFolder(folder);
    }

    private string Full(int number) => $"{Current}.{number}";
}
