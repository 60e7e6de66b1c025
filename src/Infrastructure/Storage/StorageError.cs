using Microsoft.Data.Sqlite;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Classifies exceptions of disks and databases, by the error codes of the system (errno) and of SQLite.</summary>
internal static class StorageError
{
    private const int NotPermitted = 1; // EPERM
    private const int InputOutput = 5; // EIO
    private const int NoSuchDevice = 6; // ENXIO
    private const int NoMemory = 12; // ENOMEM
    private const int NoAccess = 13; // EACCES
    private const int SystemFilesExhausted = 23; // ENFILE
    private const int FilesExhausted = 24; // EMFILE
    private const int FileTooLarge = 27; // EFBIG: beyond what the file system or the process's limit allows
    private const int NoSpace = 28; // ENOSPC
    private const int LinksInCircles = 40; // ELOOP
    private const int QuotaExceeded = 122; // EDQUOT
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private const int SqliteBusy = 5; // SQLITE_BUSY
    private const int SqliteLocked = 6; // SQLITE_LOCKED
    private const int SqliteFull = 13; // SQLITE_FULL
    private const int SqliteNoSharedMemory = 4874; // SQLITE_IOERR_SHMSIZE: no room for the file that its processes share

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    private static readonly Failure OutOfSpace = new(
        FailureKind.OutOfSpace, "The server's storage is full, so this was not done: tell its operator, and repeat it when there is room.");

    private static readonly Failure Busy = new(
        FailureKind.Unavailable, "Another process keeps the server's index locked, so this was not done: try again in a moment.", Moment);

    private static readonly Failure Exhausted = new(
        FailureKind.Unavailable, "The server has as many files open as it may have: try again in a moment.", Moment);

    private static readonly Failure Away = new(
        FailureKind.Unavailable, "The server's storage can't be used now, and its log says why: repeat this when it can, it is safe to.", Outage);

    private static readonly Failure DatabaseAway = new(
        FailureKind.Unavailable, "The database can't be reached now, so this was not done: repeat it in a moment, it is safe to.", Moment);

    /// <summary>The failure to send to a client, without paths; null for other exceptions.</summary>
    public static Failure? FailureOf(Exception exception) => exception switch
    {
        FileLoadException => null, // an assembly of the program
        DatabaseUnavailableException database => database.IsBusy ? Busy : DatabaseAway,
        IOException { InnerException: SqliteException inner } => FailureOf(inner),
        SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked } => Busy,
        SqliteException or IOException or UnauthorizedAccessException =>
            IsOutOfSpace(exception) ? OutOfSpace : IsExhausted(exception) ? Exhausted : Away,
        _ => null,
    };

    /// <summary>Whether the disk was full.</summary>
    public static bool IsOutOfSpace(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull || sqlite.SqliteExtendedErrorCode == SqliteNoSharedMemory,
        IOException => exception.HResult is NoSpace or QuotaExceeded or FileTooLarge or WindowsDiskFull,
        _ => false,
    };

    /// <summary>Whether too many files are open, in the process or on the machine, which says nothing about the file itself.</summary>
    public static bool IsExhausted(Exception exception) =>
        exception is IOException && exception.HResult is FilesExhausted or SystemFilesExhausted or NoMemory;

    /// <summary>Whether the error concerns one file or folder, and not the whole storage.</summary>
    public static bool IsOfOneFile(Exception exception) =>
        exception is UnauthorizedAccessException
        || (exception is IOException && exception.HResult is NotPermitted or NoAccess or InputOutput or NoSuchDevice or LinksInCircles);
}
