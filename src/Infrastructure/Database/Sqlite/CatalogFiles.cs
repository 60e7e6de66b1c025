using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// The names of a catalog's files. They are opened and replaced under <see cref="Lock"/>, so that no process opens the new database with the old
/// one's log between two renames.
/// </summary>
/// <param name="path">The path of the database.</param>
/// <param name="time">The clock.</param>
internal sealed class CatalogFiles(string path, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(10);

    /// <summary>The database.</summary>
    public string Database => path;

    /// <summary>The damaged database that was replaced.</summary>
    public string Aside => path + ".damaged";

    /// <summary>Tells other processes of changes.</summary>
    public string Mark => Path.ChangeExtension(path, ".mark");

    /// <summary>The name of its folder, by which rows of another repository's catalog are detected (<see cref="Seal"/>).</summary>
    public string Place => Path.GetFileName(Path.GetDirectoryName(path)) ?? "";

    private string Log => path + "-wal";

    private string SharedMemory => path + "-shm";

    /// <summary>Locks the catalog against being opened or replaced. Throws <see cref="IOException"/> after the timeout.</summary>
    public IDisposable Lock(TimeSpan timeout)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.ChangeExtension(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (!StorageError.IsExhausted(exception) && File.Exists(Path.ChangeExtension(path, ".lock")) && time.GetElapsedTime(start) < timeout)
            {
                Task.Delay(Retry, time, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Whether the database is there as a file, and not as a link.</summary>
    public bool Exists => File.Exists(path) && !IsLink;

    /// <summary>Removes what is in the way of a new database: the log of an old one, a folder or a link.</summary>
    public void MakeRoom()
    {
        if (IsLink || Directory.Exists(path))
        {
            Move(path, Aside);
        }

        Remove(Log);
        Remove(SharedMemory);
    }

    /// <summary>Moves the database and its log aside, over what was moved aside before.</summary>
    public void PutAside()
    {
        // The log last, as it is ignored without its database.
        Move(path, Aside);
        Remove(Aside + "-shm");
        Move(Log, Aside + "-wal");
        Remove(SharedMemory);
    }

    /// <summary>Removes what was moved aside.</summary>
    public void RemoveAside()
    {
        Remove(Aside);
        Remove(Aside + "-wal");
        Remove(Aside + "-shm");
    }

    // True for a dangling link as well.
    private bool IsLink => new FileInfo(path).LinkTarget is not null;

    private static void Move(string from, string to)
    {
        Remove(to);
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else if (File.Exists(from) || new FileInfo(from).LinkTarget is not null)
        {
            DurableFile.Replace(from, to);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
