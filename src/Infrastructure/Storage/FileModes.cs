using System.Runtime.InteropServices;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Who else on this machine may read what the process makes.</summary>
internal static partial class FileModes
{
    private const uint Others = 0x17; // 0027: the group reads, others do nothing

    private static uint? _users;

    /// <summary>
    /// From now on what is made has the modes 0750 and 0640 at most, whatever mask the process was started with: SQLite's files, the framework's and
    /// ours.
    /// </summary>
    public static void KeepOthersOut()
    {
        if (!OperatingSystem.IsWindows())
        {
            _users = SetMask(Others);
            _ = SetMask(Others | _users.Value);
        }
    }

    /// <summary>Takes that back, for what is made to be published.</summary>
    public static void LeaveToUser()
    {
        if (_users is { } mask)
        {
            _ = SetMask(mask);
        }
    }

    /// <summary>Takes away what a mode allows beyond another. False where it is still allowed.</summary>
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
