using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PyWharf.Infrastructure.Storage;

/// <summary>A connection to an SQLite database in a file, used by one thread at a time.</summary>
internal partial class SqliteFile : IDisposable
{
    private const int HasMovedQuestion = 20; // SQLITE_FCNTL_HAS_MOVED
    private const int Busy = 5; // SQLITE_BUSY
    private const int Locked = 6; // SQLITE_LOCKED

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    private readonly int _timeoutMilliseconds;

    /// <summary>Opens the database.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it is created where it is missing. For reading only, no file is created beside it either.</param>
    /// <param name="timeout">How long a statement waits for other processes, in whole seconds.</param>
    /// <param name="pragmas">Statements that are executed first.</param>
    public SqliteFile(string path, SqliteOpenMode mode, TimeSpan timeout, string pragmas)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = SourceOf(path, mode), Pooling = false, Mode = mode, DefaultTimeout = (int)timeout.TotalSeconds };
        _connection = new SqliteConnection(settings.ToString());
        _timeoutMilliseconds = (int)timeout.TotalMilliseconds;
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {_timeoutMilliseconds}; PRAGMA cell_size_check = ON; {pragmas}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the file was renamed or removed since it was opened.</summary>
    // Asked of SQLite: closing a descriptor of our own would release its POSIX locks.
    public bool HasMoved =>
        FileControl(_connection.Handle?.DangerousGetHandle() ?? 0, "main", HasMovedQuestion, out var moved) == 0 && moved != 0;

    /// <summary>The result of a query. Throws <see cref="InvalidDataException"/> where a row is invalid.</summary>
    public List<T> Rows<T>(string query, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var found = new List<T>();
        ForEach(query, row => found.Add(read(row)), parameters);

        return found;
    }

    /// <summary>Processes the result of a query row by row.</summary>
    public void ForEach(string query, Action<SqliteDataReader> use, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var rows = Prepared(query, parameters).ExecuteReader();
        while (rows.Read())
        {
            Use(rows, use);
        }
    }

    /// <summary>Processes the result of a query row by row, and skips invalid rows.</summary>
    public void ForEachThatIsWhole(string query, Action<SqliteDataReader> use, Action skip)
    {
        using var rows = Prepared(query, []).ExecuteReader();
        while (rows.Read())
        {
            try
            {
                Use(rows, use);
            }
            catch (InvalidDataException)
            {
                skip();
            }
        }
    }

    /// <summary>The first value of the first row; null when there is none.</summary>
    public object? Scalar(string query, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepared(query, parameters).ExecuteScalar();

    /// <summary>Executes statements; returns the number of rows that they changed.</summary>
    public int Execute(string text, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepared(text, parameters).ExecuteNonQuery();

    /// <summary>A read transaction, for a consistent view over several statements.</summary>
    public IDisposable Snapshot() => new Reading(this);

    /// <summary>Begins a write transaction; false while another one is active. Does not wait, which would block a thread.</summary>
    public bool TryBegin()
    {
        _ = raw.sqlite3_busy_timeout(_connection.Handle, 0);
        var code = Run("BEGIN IMMEDIATE");
        _ = raw.sqlite3_busy_timeout(_connection.Handle, _timeoutMilliseconds);
        if ((code & 0xff) is Busy or Locked)
        {
            return false;
        }

        SqliteException.ThrowExceptionForRC(code, _connection.Handle);

        return true;
    }

    public void Commit() => SqliteException.ThrowExceptionForRC(Run("COMMIT"), _connection.Handle);

    /// <summary>Rolls back, if a transaction is active.</summary>
    public void Rollback() => Run("ROLLBACK");

    /// <summary>Copies the database as it is at one time into a new file, while other processes go on.</summary>
    public void CopyTo(string path)
    {
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        _connection.BackupDatabase(copy);
    }

    /// <summary>Checks every page; returns the damage, or null.</summary>
    public string? FindDamage() => Scalar("PRAGMA integrity_check(1)") is string verdict && verdict != "ok" ? verdict.ReplaceLineEndings(" ") : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    // In WAL mode SQLite creates files beside a database even to read it, unless it is told that nobody changes it. Without a log nobody has it open.
    private static string SourceOf(string path, SqliteOpenMode mode) => mode == SqliteOpenMode.ReadOnly && !File.Exists(path + "-wal")
        ? $"file://{string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString))}?immutable=1"
        : path;

    private static void Use(SqliteDataReader row, Action<SqliteDataReader> use)
    {
        try
        {
            use(row);
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidCastException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    // There are few texts, all of them constants of this program.
    private SqliteCommand Prepared(string text, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!_prepared.TryGetValue(text, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = text;
            _prepared.Add(text, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private int Run(string statement) => raw.sqlite3_exec(_connection.Handle, statement);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileControl(nint connection, string database, int question, out int answer);

    private sealed class Reading : IDisposable
    {
        private readonly SqliteFile _file;

        public Reading(SqliteFile file)
        {
            _file = file;
            SqliteException.ThrowExceptionForRC(file.Run("BEGIN DEFERRED"), file._connection.Handle);
        }

        public void Dispose() => _file.Rollback();
    }
}
