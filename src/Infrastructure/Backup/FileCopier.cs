using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backup;

/// <summary>
/// Copies files with their modes and times of last write. A copy with the size and time of its original is not made again. Neither side's links are
/// followed. Safe for concurrent use.
/// </summary>
internal sealed class FileCopier(BackupReport report, Action<long> counted)
{
    private const int BufferBytes = 128 * 1024;
    private const int Tries = 3;

    /// <summary>Makes a folder with the mode of the original.</summary>
    public static void CopyFolder(string from, string to)
    {
        switch (FileEntry.At(to).Kind)
        {
            case FileEntryKind.Folder:
                return;
            case FileEntryKind.None:
                Directory.CreateDirectory(to);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(to, File.GetUnixFileMode(from) | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }

                return;
            default:
                throw new IOException($"{to} is no folder: remove it, or name another folder for the backup");
        }
    }

    /// <summary>Copies a file; false where there is none, or no regular one.</summary>
    public async Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var source = FileEntry.At(from);
            if (!source.IsFile)
            {
                if (source.Kind != FileEntryKind.None)
                {
                    report.Add($"{from} is no regular file, and was left out");
                }

                return false;
            }

            try
            {
                var copy = FileEntry.At(to);
                if (copy.IsFile && copy.Length == source.Length && copy.Ticks == source.Ticks)
                {
                    CopyMode(from, to);
                    counted(report.Count(source.Length, isCopied: false));

                    return true;
                }

                await using var content = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
                await ReplaceAsync(to, (stream, token) => content.CopyToAsync(stream, BufferBytes, token), temporary =>
                {
                    CopyMode(from, temporary);
                    File.SetLastWriteTimeUtc(temporary, new DateTime(source.Ticks, DateTimeKind.Utc));
                }, cancellationToken);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && FileEntry.At(from).Kind == FileEntryKind.None)
            {
                return false;
            }

            // Copied again where it was replaced or written meanwhile.
            if (tries == Tries || FileEntry.At(from) is { IsFile: true } after && after == source)
            {
                counted(report.Count(source.Length, isCopied: true));

                return true;
            }
        }
    }

    /// <summary>Replaces a file of the backup, so that it is the old or the new one at any time.</summary>
    /// <param name="to">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="finish">Called with the path of the new file before it takes the place.</param>
    /// <param name="cancellationToken">Cancels; the old file stays.</param>
    public static async Task ReplaceAsync(string to, Func<Stream, CancellationToken, Task> write, Action<string> finish, CancellationToken cancellationToken)
    {
        // A file of a killed process is removed as one that is not in the root folder.
        var temporary = Path.Combine(Path.GetDirectoryName(to) ?? "/", $".{Guid.NewGuid():N}.new");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(temporary, options))
            {
                await write(file, cancellationToken);
            }

            finish(temporary);
            DurableFile.Replace(temporary, to);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes files and folders of an earlier backup that are not to be kept.</summary>
    public void RemoveOthers(string folder, IReadOnlySet<string> kept)
    {
        foreach (var path in FileEntry.At(folder).Kind == FileEntryKind.Folder ? Directory.GetFileSystemEntries(folder) : [])
        {
            if (kept.Contains(Path.GetFileName(path)))
            {
                continue;
            }

            if (FileEntry.At(path).Kind == FileEntryKind.Folder)
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }

            report.CountRemoved();
        }
    }

    private static void CopyMode(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }
    }
}
