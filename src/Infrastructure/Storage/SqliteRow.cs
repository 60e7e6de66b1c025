using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// The row that a query is at, read from SQLite's memory: a third of the time of <see cref="SqliteDataReader"/>, which counts where a start reads a million
/// rows of fifteen columns.
/// </summary>
internal readonly ref partial struct SqliteRow
{
    private const int Null = 5; // SQLITE_NULL

    private readonly nint _statement;

    public SqliteRow(SqliteDataReader reader) => _statement = reader.Handle?.DangerousGetHandle() ?? throw new InvalidOperationException("The query has ended.");

    public bool IsNull(int column) => TypeOf(_statement, column) == Null;

    public long Int64(int column) => Int64Of(_statement, column);

    /// <summary>The bytes of a blob or a text; valid until the next row is read.</summary>
    public unsafe ReadOnlySpan<byte> Bytes(int column)
    {
        var first = BytesOf(_statement, column); // asked before their number, which a conversion may change

        return new ReadOnlySpan<byte>(first, LengthOf(_statement, column));
    }

    /// <summary>The bytes of a text up to a NUL, where the text ends for SQLite's other readers.</summary>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        var bytes = Bytes(column);
        var end = bytes.IndexOf((byte)0);

        return end < 0 ? bytes : bytes[..end];
    }

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    // Each takes nanoseconds: the values are in memory since the step to this row.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    private static partial int TypeOf(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    private static partial long Int64Of(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    private static unsafe partial byte* BytesOf(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int LengthOf(nint statement, int column);
}
