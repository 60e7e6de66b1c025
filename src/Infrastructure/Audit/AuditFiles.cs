using System.Text;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>
/// The files of the audit log: <c>audit.jsonl</c>, and <c>audit.jsonl.1</c> (the newest) to <c>.10</c>, which were full. The chain of digests runs
/// from file to file. <c>audit.head</c> has the digest of the newest line, so that lines that are cut off at the end show.
/// </summary>
/// <param name="folder">Where they are.</param>
internal sealed class AuditFiles(string folder)
{
    /// <summary>The size from which a file is full, unless configured.</summary>
    public const long DefaultMaxBytes = 100 * 1024 * 1024;

    /// <summary>The name of the file with the digest of the newest line.</summary>
    public const string HeadName = "audit.head";

    /// <summary>How many files there are at most, the one that is written included.</summary>
    public const int MostFiles = MostKept + 1;

    private const int MostKept = 10;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file that is written.</summary>
    public string Current { get; } = Path.Combine(folder, "audit.jsonl");

    /// <summary>Held while the log is written, by one process at a time.</summary>
    public string LockFile { get; } = Path.Combine(folder, "audit.lock");

    /// <summary>Whether the oldest lines may have been removed by rotation. Before that, the oldest line is the first of all.</summary>
    public bool IsOldestFull => new FileInfo(Full(MostKept)) is { Exists: true, Length: > 0 };

    /// <summary>The newest of the full ones; it need not be there.</summary>
    public string NewestFull => Full(1);

    private string HeadFile => Path.Combine(folder, HeadName);

    /// <summary>Creates the folder if it is missing.</summary>
    public void CreateFolder() => Directory.CreateDirectory(folder);

    /// <summary>All files that exist, the oldest first.</summary>
    public IEnumerable<string> OldestFirst() => Enumerable.Range(1, MostKept).Reverse().Select(Full).Append(Current).Where(File.Exists);

    /// <summary>Opens the file that is written. Unbuffered: what is written is in the file, whatever becomes of the process.</summary>
    public FileStream Open() => new(Current, Options());

    /// <summary>Makes the current file the newest of the full ones; the oldest is removed.</summary>
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

    /// <summary>The digest of the newest line; null if it is unknown.</summary>
    public string? ReadHead() => File.Exists(HeadFile) && File.ReadAllText(HeadFile, Encoding.ASCII).Trim() is { Length: > 0 } digest ? digest : null;

    /// <summary>Notes the digest of the newest line. Not flushed: after a crash of the machine it may be that of an older line, which is in the log too.</summary>
    public void WriteHead(string digest)
    {
        using var head = new FileStream(HeadFile, Options());
        head.Write(Encoding.ASCII.GetBytes(digest + "\n"));
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        return options;
    }

    private string Full(int number) => $"{Current}.{number}";
}
