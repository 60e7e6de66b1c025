using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The files of a catalog by their names. Who opens or replaces one holds <see cref="Lock"/>: between the renames of another process one would
/// open the new database with the old one's log.
/// </summary>
/// <param name="path">Of the database.</param>
/// <param name="time">The clock.</param>
internal sealed class CatalogFiles(string path, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(10);

    /// <summary>The database.</summary>
    public string Database => path;

    /// <summary>What was the database before it was found to be damaged.</summary>
    public string Aside => path + ".damaged";

    /// <summary>Tells other processes of changes.</summary>
    public string Mark => Path.ChangeExtension(path, ".mark");

    /// <summary>Whose catalog it is: a file of another place's is none of this one's.</summary>
    public string Place => Path.GetFileName(Path.GetDirectoryName(path)) ?? "";

    private string Log => path + "-wal";

    private string SharedMemory => path + "-shm";

    /// <summary>Keeps other processes from opening or replacing the catalog. Throws IOException where one of them does so for longer than one waits.</summary>
    public IDisposable Lock(TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.ChangeExtension(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (!StorageError.IsExhausted(exception) && File.Exists(Path.ChangeExtension(path, ".lock")) && time.GetElapsedTime(start) < patience)
            {
                Task.Delay(Retry, time, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Whether there is a file that a database can be in.</summary>
    public bool Exists => File.Exists(path) && !IsLink;

    /// <summary>Removes what stands where a new database is made: of an old one a log may be left, and a folder or a link is none.</summary>
    public void MakeRoom()
    {
        if (IsLink || Directory.Exists(path))
        {
            Move(path, Aside);
        }

        Remove(Log);
        Remove(SharedMemory);
    }

    /// <summary>Puts the database aside, with what belongs to it; what was put aside before is gone then.</summary>
    public void PutAside()
    {
        // The log last: without a database beside it, it means nothing.
        Move(path, Aside);
        Remove(Aside + "-shm");
        Move(Log, Aside + "-wal");
        Remove(SharedMemory);
    }

    /// <summary>Removes what was put aside.</summary>
    public void RemoveAside()
    {
        Remove(Aside);
        Remove(Aside + "-wal");
        Remove(Aside + "-shm");
    }

    // A link that leads nowhere exists too.
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
