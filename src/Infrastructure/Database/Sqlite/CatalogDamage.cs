using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>Tells a damaged database from other errors (https://www.sqlite.org/rescode.html).</summary>
internal static class CatalogDamage
{
    private const int Error = 1; // SQLITE_ERROR, for example a missing table
    private const int Corrupt = 11; // SQLITE_CORRUPT
    private const int NotADatabase = 26; // SQLITE_NOTADB
    private const int ShortRead = 522; // SQLITE_IOERR_SHORT_READ: the file ends before its last page

    /// <summary>Whether the exception was caused by the content of the database.</summary>
    public static bool IsCauseOf(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Corrupt or NotADatabase
            || sqlite.SqliteExtendedErrorCode == ShortRead
            || (sqlite.SqliteErrorCode == Error && sqlite.Message.Contains("no such ", StringComparison.Ordinal)),
        InvalidDataException or JsonException => true,
        _ => false,
    };
}
