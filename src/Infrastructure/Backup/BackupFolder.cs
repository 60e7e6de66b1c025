using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backup;

/// <summary>
/// The folder of a backup, laid out like a root folder. While it is written it has a file <see cref="ServerRoot.UnfinishedBackup"/>, with which no server
/// starts; once it is whole it has <c>backup.json</c> instead. It is written in place, and not renamed into place, so that it may be the root of a mounted disk.
/// </summary>
internal sealed class BackupFolder : IDisposable
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    private readonly FileStream _unfinished;

    private BackupFolder(string path, FileStream unfinished) => (Path, _unfinished) = (path, unfinished);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    private string Manifest => At(BackupManifest.Filename);

    /// <summary>Opens an empty folder, which is made where it is missing, or an earlier backup. Throws <see cref="IOException"/> for any other.</summary>
    public static BackupFolder Open(string path)
    {
        if (FileEntry.At(path).Kind == FileEntryKind.None)
        {
            CreateFolder(path);
        }

        var names = Directory.EnumerateFileSystemEntries(path).Select(entry => System.IO.Path.GetFileName(entry)).ToHashSet(StringComparer.Ordinal);
        names.Remove("lost+found"); // in the root of a disk
        if (names.Count > 0 && !names.Contains(BackupManifest.Filename) && !names.Contains(ServerRoot.UnfinishedBackup))
        {
            throw new IOException($"{path} is neither empty nor an earlier backup: name another folder");
        }

        // A root that was restored has the manifest still. No backup has this folder, in which each server notes its configuration.
        if (names.Contains("job"))
        {
            throw new IOException($"{path} is the folder of a server, which was made from a backup: name another folder");
        }

        var folder = new BackupFolder(path, Lock(System.IO.Path.Combine(path, ServerRoot.UnfinishedBackup)));
        DurableFile.FlushFolder(path);

        return folder;
    }

    /// <summary>The path of something in it.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Whether an earlier backup has packages; of an unfinished one that is not known.</summary>
    public bool HasPackages() => BackupManifest.Find(Path) is { Packages: true };

    /// <summary>From here on the folder is no whole backup.</summary>
    public void Begin()
    {
        File.Delete(Manifest);
        DurableFile.FlushFolder(Path);
    }

    /// <summary>Everything is on the disk, and the backup is whole.</summary>
    public void Finish(BackupReport report, bool hasPackages, DateTimeOffset now)
    {
        DurableFile.FlushVolume(Path);
        var manifest = new BackupManifest(now, hasPackages, report.Files, report.Bytes).ToJson();
        DurableFile.WriteWhole(Manifest, file => file.Write(manifest), FileMode);
        File.Delete(At(ServerRoot.UnfinishedBackup));
        DurableFile.FlushFolder(Path);
    }

    /// <summary>Where the backup was not touched, it is still whole.</summary>
    public void Abandon()
    {
        if (FileEntry.At(Manifest).IsFile)
        {
            File.Delete(At(ServerRoot.UnfinishedBackup));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _unfinished.Dispose();

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    // Locked, so that one process at a time writes the backup.
    private static FileStream Lock(string path)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        if (FileEntry.At(path).Kind is not (FileEntryKind.None or FileEntryKind.File))
        {
            throw new IOException($"{path} is no regular file: remove it");
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException exception) when (FileLock.IsHeldElsewhere(exception))
        {
            throw new IOException($"another process is writing a backup to {System.IO.Path.GetDirectoryName(path)}", exception);
        }
    }
}
