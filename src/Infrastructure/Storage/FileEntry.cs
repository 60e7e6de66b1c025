using System.Runtime.InteropServices;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// The entry of a folder, read without opening it and without following links: opening a named pipe blocks, and a link leads out of the folder.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Ticks">The last write, in ticks of a <see cref="DateTime"/> in UTC, clamped to its range.</param>
/// <param name="Inode">Differs once the file was replaced; 0 where the system has none.</param>
internal readonly partial record struct FileEntry(FileEntryKind Kind, long Length = 0, long Ticks = 0, ulong Inode = 0)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int DoNotFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint BasicStats = 0x7ff; // STATX_BASIC_STATS
    private const int NoEntry = 2; // ENOENT
    private const int NoFolder = 20; // ENOTDIR

    private const int KindMask = 0xF000; // S_IFMT
    private const int Folder = 0x4000; // S_IFDIR
    private const int Regular = 0x8000; // S_IFREG
    private const int Link = 0xA000; // S_IFLNK

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => Kind == FileEntryKind.File;

    /// <summary>Reads the entry. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where that fails.</summary>
    public static FileEntry At(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            var error = Look(path, out var found);
            if (error is 0)
            {
                return new FileEntry(KindOf(found.Mode), (long)found.Size, TicksOf(found.WrittenSeconds, found.WrittenNanoseconds), found.Inode);
            }

            if (error is NoEntry or NoFolder)
            {
                return new FileEntry(FileEntryKind.None);
            }
        }

        return ByFramework(path);
    }

    private static int Look(string path, out Status found)
    {
        try
        {
            return StatX(CurrentFolder, path, DoNotFollow, BasicStats, out found) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            found = default;

            return -1; // an older C library
        }
    }

    /// <summary>For other systems than Linux, and to throw the framework's exception on errors. Does not detect pipes.</summary>
    private static FileEntry ByFramework(string path)
    {
        try
        {
            var attributes = File.GetAttributes(path);
            if (attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                return new FileEntry(FileEntryKind.Link);
            }

            var isFolder = attributes.HasFlag(FileAttributes.Directory);

            return new FileEntry(
                isFolder ? FileEntryKind.Folder : FileEntryKind.File, isFolder ? 0 : new FileInfo(path).Length, File.GetLastWriteTimeUtc(path).Ticks);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileEntry(FileEntryKind.None);
        }
    }

    private static FileEntryKind KindOf(ushort mode) => (mode & KindMask) switch
    {
        Regular => FileEntryKind.File,
        Folder => FileEntryKind.Folder,
        Link => FileEntryKind.Link,
        _ => FileEntryKind.Other,
    };

    private static long TicksOf(long seconds, uint nanoseconds) =>
        DateTime.UnixEpoch.Ticks
        + (Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()) * TimeSpan.TicksPerSecond)
        + (nanoseconds / TimeSpan.NanosecondsPerTick);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status found);

    /// <summary>struct statx, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long WrittenSeconds;

        [FieldOffset(120)]
        public uint WrittenNanoseconds;
    }
}
