using Microsoft.Data.Sqlite;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Tells a full disk from other trouble.</summary>
internal static class DiskSpace
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT
    private const int FileTooLarge = 27; // EFBIG: beyond what the file system or the process's limit allows
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private const int SqliteFull = 13; // SQLITE_FULL
    private const int SqliteNoSharedMemory = 4874; // SQLITE_IOERR_SHMSIZE: no room for the file that its processes share

    /// <summary>What an upload is answered that finds no room.</summary>
    public static Failure OutOfSpace { get; } = new(
        FailureKind.OutOfSpace, "The server's storage is full: nothing was published. Tell its operator, then upload again.");

    /// <summary>Whether the storage had no room for what was written.</summary>
    public static bool IsExhausted(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull || sqlite.SqliteExtendedErrorCode == SqliteNoSharedMemory,
        IOException => exception.HResult is NoSpace or QuotaExceeded or FileTooLarge or WindowsDiskFull,
        _ => false,
    };
}
