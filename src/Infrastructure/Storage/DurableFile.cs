using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// File operations that the framework lacks: an atomic move that never overwrites (File.Move checks first and renames then, so that two writers
/// can both succeed), and fsync of a folder, without which a new name can be lost in a crash although the file's bytes were flushed.
/// </summary>
internal static partial class DurableFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int ReadOnly = 0; // O_RDONLY
    private const int NoEntry = 2; // ENOENT
    private const int Exists = 17; // EEXIST
    private const string New = ".new";

    /// <summary>Renames a file on the same volume; false, without a change, where the new name exists.</summary>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMoveOnWindows(from, to);
        }

        // Where the file system does not support it (NFS, some FUSE), a hard link has the same guarantee.
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

    /// <summary>Renames a file on the same volume, over an existing one.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Overwriting is one rename, and what is wanted.")]
    public static void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Replaces a file atomically and durably: readers, and the next start after a crash, see the old or the new content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mode">The file mode; null for the default of the umask.</param>
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

    /// <summary>Removes temporary files of <see cref="WriteWhole"/> that killed processes left. No process may be writing the file.</summary>
    public static void RemoveTemporaryFiles(string path)
    {
        foreach (var temporary in Directory.EnumerateFiles(Path.GetDirectoryName(path) ?? "/", $"{Path.GetFileName(path)}.*{New}"))
        {
            if (Guid.TryParseExact(temporary[(path.Length + 1)..^New.Length], "N", out _))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Flushes the names in a folder to the disk (fsync).</summary>
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

    /// <summary>Flushes everything that was written to the volume of a folder: for many files, faster than each by itself.</summary>
    public static void FlushVolume(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = OpenFile(path, ReadOnly);
        if (descriptor < 0 || FlushFileSystem(descriptor) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = CloseFile(descriptor);
            throw Failed("flush", path, error);
        }

        _ = CloseFile(descriptor);
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

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
