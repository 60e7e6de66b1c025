using System.Runtime.InteropServices;

namespace PyWharf.Infrastructure.Storage;

/// <summary>The umask of the process, and the modes of files.</summary>
internal static partial class FileModes
{
    private const uint Others = 0x17; // 0027: the group reads, others do nothing

    private static uint? _users;

    /// <summary>
    /// Restricts the umask, so that new folders and files, those of SQLite among them, have the modes 0750 and 0640 at most.
    /// </summary>
    public static void KeepOthersOut()
    {
        if (!OperatingSystem.IsWindows())
        {
            _users = SetMask(Others);
            _ = SetMask(Others | _users.Value);
        }
    }

    /// <summary>Restores the umask of the start, for files that are meant for others.</summary>
    public static void LeaveToUser()
    {
        if (_users is { } mask)
        {
            _ = SetMask(mask);
        }
    }

    /// <summary>Removes permissions beyond a maximum. False where that fails.</summary>
    public static bool TryNarrow(string path, UnixFileMode most)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~most) != 0)
            {
                File.SetUnixFileMode(path, mode & most);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
