using Microsoft.Data.Sqlite;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>The SQLite database of a catalog: its file, its tables, and one connection that one thread uses at a time.</summary>
internal sealed class CatalogDatabase : IDisposable
{
    // Another number makes a new catalog out of the storage: there is nothing to migrate in a cache.
    private const int SchemaVersion = 5;

    private const string Schema = """
        CREATE TABLE state (
            revision INTEGER NOT NULL,    -- of the newest change
            modified_at INTEGER NOT NULL, -- when it was made, in microseconds of Unix time
            complete INTEGER NOT NULL     -- whether the whole storage was looked at once
        );
        CREATE TABLE files (
            filename TEXT PRIMARY KEY,
            identity TEXT NOT NULL,       -- which file it is, however its name is spelled
            project TEXT NOT NULL,        -- normalised name
            location TEXT NOT NULL,       -- where the back end finds it
            size INTEGER,                 -- NULL where an old index does not tell it
            stamp INTEGER NOT NULL,       -- by what the back end tells it from another of its name
            sha256 BLOB NOT NULL,
            requires_python TEXT,
            summary TEXT,
            metadata_sha256 BLOB,         -- of its core metadata document, where that can be sent
            uploaded_at INTEGER,          -- microseconds of Unix time; NULL as the size
            removed INTEGER NOT NULL,     -- gone from the storage; kept, so that other processes hear of it
            revision INTEGER NOT NULL,
            fields TEXT                   -- core metadata, as JSON; NULL while nobody has read it. Last, as it is long and rarely read
        ) WITHOUT ROWID;
        CREATE INDEX files_by_identity ON files (identity);
        CREATE INDEX files_by_revision ON files (revision);
        CREATE INDEX files_by_location ON files (location);
        CREATE INDEX files_without_fields ON files (filename) WHERE fields IS NULL AND removed = 0;
        CREATE INDEX files_without_measure ON files (filename) WHERE (size IS NULL OR uploaded_at IS NULL) AND removed = 0;
        CREATE TABLE projects (
            project TEXT PRIMARY KEY,     -- normalised name
            record TEXT,                  -- what was decided about it, as its TOML; NULL where that can't be read
            revision INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX projects_by_revision ON projects (revision);
        CREATE TABLE folders (
            name TEXT PRIMARY KEY,
            stamp INTEGER NOT NULL        -- by what it is seen that it changed: of a folder the last write, in ticks
        ) WITHOUT ROWID;
        """;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;

    private CatalogDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the database, or makes an empty one where there is none that can be used. Throws IOException where the disk refuses.</summary>
    public static CatalogDatabase Open(string path, TimeProvider time)
    {
        try
        {
            try
            {
                return OpenOnce(path, time);
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode is 11 or 26)
            {
                // SQLITE_CORRUPT, SQLITE_NOTADB. It was a cache.
                Delete(path);

                return OpenOnce(path, time);
            }
        }
        catch (SqliteException exception)
        {
            var why = StorageFault.IsOutOfSpace(exception) ? "the disk is full" : exception.Message;
            throw new IOException($"The index's catalog {path} can't be opened: {why}", exception);
        }
    }

    /// <summary>Runs what belongs together, with nobody else on the connection.</summary>
    public T WithLock<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }

    /// <summary>Begins a transaction: at once for one that writes, so that two processes don't both read what only one can change.</summary>
    public SqliteTransaction Begin(bool writes) => _connection.BeginTransaction(deferred: !writes);

    /// <summary>A statement, for what returns rows.</summary>
    public SqliteCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    /// <summary>The first value of the first row; null when there is none.</summary>
    public object? Scalar(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(text, parameters);

        return command.ExecuteScalar();
    }

    /// <summary>Runs statements for what they do; how many rows they changed.</summary>
    public int Execute(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(text, parameters);

        return command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private static CatalogDatabase OpenOnce(string path, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var database = new CatalogDatabase(connection);

            // SQLite's own waiting for another process's change starts at a millisecond; the provider's at 150.
            // NORMAL in WAL mode: a crash of the machine may lose the newest changes but harms nothing, and the storage still has them.
            database.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            database.CreateSchema(time);

            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Delete(string path)
    {
        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
        {
            File.Delete(file);
        }
    }

    private void CreateSchema(TimeProvider time)
    {
        if (Scalar("PRAGMA user_version") is (long)SchemaVersion)
        {
            return;
        }

        using var transaction = Begin(writes: true);
        if (Scalar("PRAGMA user_version") is not (long)SchemaVersion)
        {
            Execute("DROP TABLE IF EXISTS state; DROP TABLE IF EXISTS files; DROP TABLE IF EXISTS projects; DROP TABLE IF EXISTS folders;");
            Execute(Schema);

            // Revisions go on from the clock, so that those of a new catalog are newer than those of the one it replaces.
            Execute(
                $"INSERT INTO state (revision, modified_at, complete) VALUES ($now, $now, 0); PRAGMA user_version = {SchemaVersion};",
                ("$now", UnixTime.ToMicroseconds(time.GetUtcNow())));
        }

        transaction.Commit();
    }
}
