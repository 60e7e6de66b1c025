namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>The tables of a catalog.</summary>
internal static class CatalogSchema
{
    // With another version the catalog is created again from the storage: a cache needs no migration.
    private const int Version = 7;

    private const string Tables = """
        CREATE TABLE state (
            revision INTEGER NOT NULL,    -- of the newest change
            modified_at INTEGER NOT NULL, -- when it was made, in microseconds of Unix time
            complete INTEGER NOT NULL,    -- the revision at which the whole storage had been looked at; 0 before
            seal INTEGER NOT NULL         -- over the rest of the row, as in the tables below
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
            uploaded_by TEXT,             -- who published it; NULL where that is not known
            removed INTEGER NOT NULL,     -- gone from the storage; kept, so that other processes hear of it
            revision INTEGER NOT NULL,
            seal INTEGER NOT NULL,        -- over all but the fields
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
            revision INTEGER NOT NULL,
            seal INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX projects_by_revision ON projects (revision);
        CREATE TABLE folders (
            name TEXT PRIMARY KEY,
            stamp INTEGER NOT NULL        -- by what it is seen that it changed: of a folder the last write, in ticks
        ) WITHOUT ROWID;
        """;

    /// <summary>Whether the database has this version of the schema.</summary>
    public static bool IsIn(CatalogConnection connection) => connection.Scalar("PRAGMA user_version") is (long)Version;

    /// <summary>Reads from every table; throws where one is missing.</summary>
    public static void Check(CatalogConnection connection)
    {
        CatalogState.Read(connection);
        connection.Execute($"SELECT {CatalogRow.Columns}, fields FROM files LIMIT 0");
        connection.Execute($"SELECT {RecordRow.Columns} FROM projects LIMIT 0");
        connection.Execute("SELECT name, stamp FROM folders LIMIT 0");
    }

    /// <summary>Creates and fills the tables of an empty database, in one transaction.</summary>
    public static void Create(CatalogConnection connection, Action fill)
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute(Tables);
        fill();
        connection.Execute($"PRAGMA user_version = {Version}");
        connection.Commit();
    }
}
