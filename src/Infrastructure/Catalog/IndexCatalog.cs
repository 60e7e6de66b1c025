using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The local cache of a repository's index: an SQLite database that all processes on one root share. Each change gets the next revision,
/// so that a process finds what another one changed by asking for what is newer than it knows. It can be thrown away: the storage is the
/// truth, and only the time of an upload that nothing else tells would be lost.
/// </summary>
/// <remarks>One connection, used by one thread at a time: every call takes microseconds, but for the first reading of all.</remarks>
internal sealed class IndexCatalog : IDisposable
{
    // Another number makes a new catalog out of the storage: there is nothing to migrate in a cache.
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE state (
            revision INTEGER NOT NULL,    -- of the newest change
            modified_at INTEGER NOT NULL, -- when it was made, in microseconds of Unix time
            complete INTEGER NOT NULL     -- whether the whole storage was looked at once
        );
        CREATE TABLE files (
            filename TEXT PRIMARY KEY,
            project TEXT NOT NULL,        -- normalised name
            location TEXT NOT NULL,       -- where the back end finds it
            size INTEGER NOT NULL,
            stamp INTEGER NOT NULL,       -- last write, in ticks
            sha256 BLOB NOT NULL,
            requires_python TEXT,
            uploaded_at INTEGER NOT NULL, -- microseconds of Unix time
            removed INTEGER NOT NULL,     -- gone from the storage; kept, so that other processes hear of it
            revision INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX files_by_revision ON files (revision);
        CREATE INDEX files_by_location ON files (location);
        CREATE TABLE folders (
            name TEXT PRIMARY KEY,
            stamp INTEGER NOT NULL        -- last write when it was looked at, in ticks
        ) WITHOUT ROWID;
        """;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;

    private IndexCatalog(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
    }

    /// <summary>Whether the whole storage was looked at at least once: before, an index made of it could lack files.</summary>
    public bool IsComplete => WithLock(() => Scalar("SELECT complete FROM state") is not 0L);

    /// <summary>Opens the catalog, or makes an empty one where there is none that can be used. Throws IOException where the disk refuses.</summary>
    public static IndexCatalog Open(string path, TimeProvider time)
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
            var why = DiskSpace.IsExhausted(exception) ? "the disk is full" : exception.Message;
            throw new IOException($"The index's catalog {path} can't be opened: {why}", exception);
        }
    }

    /// <summary>What changed after a revision; 0 means everything that is there.</summary>
    public IndexChanges ReadChanges(long afterRevision) => WithLock(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var (revision, modifiedAt) = ReadState();
        var published = new List<PackageFile>();
        var removed = new List<RemovedFile>();

        if (revision > afterRevision)
        {
            var names = new ProjectNames();

            // For all of it one walk through the table; by the index, every row would be searched for.
            using var command = afterRevision == 0
                ? Command($"SELECT {Columns}, removed FROM files WHERE removed = 0")
                : Command($"SELECT {Columns}, removed FROM files WHERE revision > $after", ("$after", afterRevision));
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                if (rows.GetBoolean(8))
                {
                    removed.Add(new RemovedFile(names[rows.GetString(1)], rows.GetString(0)));
                }
                else if (ReadFile(rows, names) is { } file)
                {
                    published.Add(file.File);
                }
            }
        }

        return new IndexChanges(revision, modifiedAt, published, removed);
    });

    /// <summary>The file of that name, or null.</summary>
    public CatalogedFile? Find(string filename) => WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)).FirstOrDefault());

    /// <summary>The files at a location.</summary>
    public IReadOnlyList<CatalogedFile> FilesAt(string location) => WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE location = $location AND removed = 0", ("$location", location)));

    /// <summary>Every folder that was looked at or has files, with its stamp when it was looked at.</summary>
    public Dictionary<string, long> Folders() => WithLock(() =>
    {
        var folders = new Dictionary<string, long>(StringComparer.Ordinal);
        using var command = Command("SELECT name, stamp FROM folders");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            folders.Add(rows.GetString(0), rows.GetInt64(1));
        }

        return folders;
    });

    /// <summary>When a file of that name and those bytes was uploaded, also if it is gone; null when there never was one.</summary>
    public DateTimeOffset? UploadTimeOf(string filename, Sha256Digest sha256) => WithLock(() =>
        Scalar("SELECT uploaded_at FROM files WHERE filename = $filename AND sha256 = $sha256", ("$filename", filename), ("$sha256", BytesOf(sha256)))
            is long microseconds
            ? UnixTime.FromMicroseconds(microseconds)
            : (DateTimeOffset?)null);

    /// <summary>Changes files, all or none, and counts one revision if there is anything to change.</summary>
    /// <param name="published">Files that came or changed.</param>
    /// <param name="removed">Names of files that are gone.</param>
    /// <param name="folder">A folder that was looked at, with its stamp.</param>
    public void Change(IReadOnlyList<CatalogedFile> published, IReadOnlyList<string> removed, (string Name, long Stamp)? folder = null) => WithLock(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);

        if (published.Count + removed.Count > 0)
        {
            var revision = (long)Scalar(
                "UPDATE state SET revision = revision + 1, modified_at = $now RETURNING revision",
                ("$now", UnixTime.ToMicroseconds(_time.GetUtcNow())))!; // the table has its one row from the beginning

            foreach (var file in published)
            {
                Write(file, revision);
            }

            foreach (var filename in removed)
            {
                Execute("UPDATE files SET removed = 1, revision = $revision WHERE filename = $filename", ("$revision", revision), ("$filename", filename));
            }
        }

        if (folder is var (name, stamp))
        {
            Execute("INSERT OR REPLACE INTO folders (name, stamp) VALUES ($name, $stamp)", ("$name", name), ("$stamp", stamp));
        }

        transaction.Commit();

        return true;
    });

    /// <summary>Forgets a folder that is gone; its files were removed before.</summary>
    public void ForgetFolder(string name) => WithLock(() => Execute("DELETE FROM folders WHERE name = $name", ("$name", name)));

    /// <summary>The whole storage was looked at.</summary>
    public void MarkComplete() => WithLock(() => Execute("UPDATE state SET complete = 1 WHERE complete = 0"));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private const string Columns = "filename, project, location, size, stamp, sha256, requires_python, uploaded_at";

    private static IndexCatalog OpenOnce(string path, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var catalog = new IndexCatalog(connection, time);

            // SQLite's own waiting for another process's change starts at a millisecond; the provider's at 150.
            // NORMAL in WAL mode: a crash of the machine may lose the newest changes but harms nothing, and the storage still has them.
            catalog.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            catalog.CreateSchema(path);

            return catalog;
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

    private void CreateSchema(string path)
    {
        if (Scalar("PRAGMA user_version") is (long)SchemaVersion)
        {
            return;
        }

        using var transaction = _connection.BeginTransaction(deferred: false);
        if (Scalar("PRAGMA user_version") is not (long)SchemaVersion)
        {
            Execute("DROP TABLE IF EXISTS state; DROP TABLE IF EXISTS files; DROP TABLE IF EXISTS folders;");
            Execute(Schema);

            // Revisions go on from the clock, so that those of a new catalog are newer than those of the one it replaces.
            Execute(
                $"INSERT INTO state (revision, modified_at, complete) VALUES ($now, $now, 0); PRAGMA user_version = {SchemaVersion};",
                ("$now", UnixTime.ToMicroseconds(_time.GetUtcNow())));
        }

        transaction.Commit();
    }

    private (long Revision, DateTimeOffset ModifiedAt) ReadState()
    {
        using var command = Command("SELECT revision, modified_at FROM state");
        using var row = command.ExecuteReader();
        row.Read();

        return (row.GetInt64(0), UnixTime.FromMicroseconds(row.GetInt64(1)));
    }

    private void Write(CatalogedFile cataloged, long revision)
    {
        var file = cataloged.File;
        Execute(
            """
            INSERT OR REPLACE INTO files
                (filename, project, location, size, stamp, sha256, requires_python, uploaded_at, removed, revision)
                VALUES ($filename, $project, $location, $size, $stamp, $sha256, $requires_python, $uploaded_at, 0, $revision)
            """,
            ("$filename", file.Filename.ToString()),
            ("$project", file.Filename.Project.ToString()),
            ("$location", file.Location),
            ("$size", file.Size),
            ("$stamp", cataloged.Stamp),
            ("$sha256", BytesOf(file.Sha256)),
            ("$requires_python", (object?)file.RequiresPython?.ToString() ?? DBNull.Value),
            ("$uploaded_at", UnixTime.ToMicroseconds(file.UploadedAt)),
            ("$revision", revision));

        // Every folder that has files is known, so that it is missed when it goes; this stamp says that it was not looked at yet.
        Execute("INSERT OR IGNORE INTO folders (name, stamp) VALUES ($location, 0)", ("$location", file.Location));
    }

    private List<CatalogedFile> ReadFiles(string query, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var files = new List<CatalogedFile>();
        var names = new ProjectNames();
        using var command = Command(query, parameters);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (ReadFile(rows, names) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>Null where a name no longer parses, which the next look at the storage mends.</summary>
    private static CatalogedFile? ReadFile(SqliteDataReader row, ProjectNames names)
    {
        if (!DistributionFilename.TryParseStored(row.GetString(0), names[row.GetString(1)], out var filename))
        {
            return null;
        }

        Span<byte> sha256 = stackalloc byte[32];
        row.GetFieldValue<byte[]>(5).CopyTo(sha256);

        var file = new PackageFile
        {
            Filename = filename,
            Location = names.Location(row.GetString(2)),
            Size = row.GetInt64(3),
            Sha256 = Sha256Digest.FromBytes(sha256),
            RequiresPython = row.IsDBNull(6) ? null : names.Specifier(row.GetString(6)),
            UploadedAt = UnixTime.FromMicroseconds(row.GetInt64(7)),
        };

        return new CatalogedFile(file, row.GetInt64(4));
    }

    private static byte[] BytesOf(Sha256Digest digest)
    {
        var bytes = new byte[32];
        digest.CopyTo(bytes);

        return bytes;
    }

    private T WithLock<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }

    private SqliteCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private object? Scalar(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(text, parameters);

        return command.ExecuteScalar();
    }

    private int Execute(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(text, parameters);

        return command.ExecuteNonQuery();
    }
}
