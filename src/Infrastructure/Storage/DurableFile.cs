using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// The file operations that publishing rests on and the framework lacks: a move that never overwrites, decided by the file system itself
/// (File.Move looks first and renames then, so that two writers can both win), and the flush of a folder, without which a new name can be
/// gone after a crash though the file's bytes were flushed.
/// </summary>
internal static partial class DurableFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int ReadOnly = 0; // O_RDONLY
    private const int NoEntry = 2; // ENOENT
    private const int Exists = 17; // EEXIST
    private const string New = ".new";

    /// <summary>Gives the file its new name, on the same volume, unless that name is taken: then false, and nothing has changed.</summary>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMoveOnWindows(from, to);
        }

        // Not every file system can (NFS, some FUSE); a hard link is the older way to the same promise.
        var error = OperatingSystem.IsLinux() ? Rename(from, to) : -1;
        if (error is not 0 and not Exists and not NoEntry)
        {
            error = Link(from, to);
            if (error == 0)
            {
                File.Delete(from);
            }
        }

        return error switch
        {
            0 => true,
            Exists => false,
            _ => throw Failed("publish", to, error),
        };
    }

    /// <summary>Gives the file its new name, on the same volume, in place of whatever had it.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Overwriting is one rename, and what is wanted.")]
    public static void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Writes a file as a whole: readers see the old one or the new one, and after a crash there is one of them.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mode">Who may read and write it; null leaves that to the process's mask.</param>
    public static void WriteWhole(string path, Action<Stream> write, UnixFileMode? mode = null)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{New}";
        try
        {
            using (var file = new FileStream(temporary, OptionsOf(mode)))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            Replace(temporary, path);
            FlushFolder(Path.GetDirectoryName(path) ?? "/");
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what killed processes left that were writing this file as a whole. Nobody may be writing it now.</summary>
    public static void RemoveLitter(string path)
    {
        foreach (var litter in Directory.EnumerateFiles(Path.GetDirectoryName(path) ?? "/", $"{Path.GetFileName(path)}.*{New}"))
        {
            if (Guid.TryParseExact(litter[(path.Length + 1)..^New.Length], "N", out _))
            {
                File.Delete(litter);
            }
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names by itself and can't flush a folder.
        }

        var descriptor = OpenFile(path, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("flush", path, Marshal.GetLastPInvokeError());
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw Failed("flush", path, Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = CloseFile(descriptor);
        }
    }

    private static FileStreamOptions OptionsOf(UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return options;
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "On Windows the system refuses to overwrite.")]
    private static bool TryMoveOnWindows(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);

            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private static int Rename(string from, string to)
    {
        try
        {
            return RenameAt(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return -1; // an older C library
        }
    }

    private static int Link(string from, string to) => LinkFile(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    // The error number is the HResult, as in the framework's own exceptions: StorageError tells a full disk by it.
    private static IOException Failed(string what, string path, int error) =>
        new($"Could not {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkFile(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
