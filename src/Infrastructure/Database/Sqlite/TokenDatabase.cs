using Microsoft.Data.Sqlite;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>A connection to the database of tokens. It is no cache: damage is reported, not repaired.</summary>
internal sealed class TokenDatabase : SqliteFile
{
    // FULL: a token that somebody was shown outlives a crash of the machine, and so does a revocation.
    private const string Pragmas = "PRAGMA synchronous = FULL;";

    private const int Version = 1;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Schema = $"""
        CREATE TABLE tokens (
            repository TEXT NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL UNIQUE, -- of the token's text, which is kept nowhere
            permission TEXT NOT NULL,    -- Read, Write or Admin
            projects TEXT NOT NULL,      -- globs, separated by commas
            reads TEXT NOT NULL,         -- the same
            networks TEXT NOT NULL,      -- CIDR blocks, separated by commas; empty for anywhere
            expires INTEGER,             -- microseconds of Unix time; NULL for never
            created INTEGER NOT NULL,    -- the same
            last_used TEXT,              -- the day, in UTC
            PRIMARY KEY (repository, name)
        ) STRICT, WITHOUT ROWID;
        """;

    // For other processes that write at the same moment.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private TokenDatabase(string path)
        : base(path, SqliteOpenMode.ReadWrite, Patience, Pragmas)
    {
    }

    /// <summary>A number that is different after each change by another connection.</summary>
    public long DataVersion => (long)(Scalar("PRAGMA data_version") ?? 0L);

    /// <summary>Makes an empty database; no other process may be making it. Nothing is left behind where that fails.</summary>
    public static void Create(string path)
    {
        // It appears whole, with its mode, or not at all.
        var temporary = path + ".new";
        foreach (var stale in (string[])[temporary, path + "-wal", path + "-shm"])
        {
            File.Delete(stale);
        }

        try
        {
            CreateEmpty(temporary);
            using (var database = new SqliteFile(temporary, SqliteOpenMode.ReadWrite, Patience, Pragmas))
            {
                database.Execute($"BEGIN; {Schema} PRAGMA user_version = {Version}; COMMIT");
                database.Execute("PRAGMA journal_mode = WAL");
            }

            if (!DurableFile.TryMove(temporary, path))
            {
                throw new IOException($"{path} was made by another process.");
            }

            DurableFile.FlushFolder(Path.GetDirectoryName(path) ?? "/");
        }
        catch
        {
            foreach (var part in (string[])["", "-journal", "-wal", "-shm"])
            {
                File.Delete(temporary + part);
            }

            throw;
        }
    }

    /// <summary>Opens an existing database. Throws <see cref="InvalidDataException"/> where it is damaged.</summary>
    public static TokenDatabase Open(string path)
    {
        var database = new TokenDatabase(path);
        try
        {
            if (database.FindDamage() is { } damage)
            {
                throw new InvalidDataException($"it is damaged: {damage}");
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>All tokens. Throws <see cref="InvalidDataException"/> where the database is not of this version, or a row is invalid.</summary>
    public List<AccessToken> ReadAll(Func<string, ProjectScope> scopes) => Scalar("PRAGMA user_version") is (long)Version
        ? Read("", scopes)
        : throw new InvalidDataException("it is not a token database of this version of pywharf");

    /// <summary>The tokens of a repository, by name.</summary>
    public List<AccessToken> List(RepositoryName repository) =>
        Read("WHERE repository = $repository ORDER BY name", TokenColumns.ScopeOf, ("$repository", repository.ToString()));

    /// <summary>The token of that name; null if there is none.</summary>
    public AccessToken? Find(RepositoryName repository, TokenName name) =>
        Read("WHERE repository = $repository AND name = $name", TokenColumns.ScopeOf, KeyOf(repository, name)).FirstOrDefault();

    /// <summary>Adds a token, unless its name is taken or its repository has too many.</summary>
    public TokenAddition TryAdd(AccessToken token, int most)
    {
        var added = Execute(
            """
            INSERT INTO tokens (repository, name, sha256, permission, projects, reads, networks, expires, created)
                SELECT $repository, $name, $sha256, $permission, $projects, $reads, $networks, $expires, $created
                    WHERE (SELECT count(*) FROM tokens WHERE repository = $repository) < $most
                ON CONFLICT (repository, name) DO NOTHING
            """,
            [.. TokenRow.ValuesOf(token), ("$most", most)]);

        return added == 1 ? TokenAddition.Added : Find(token.Repository, token.Name) is null ? TokenAddition.TooMany : TokenAddition.NameTaken;
    }

    /// <summary>Removes a token; false when there is none of that name.</summary>
    public bool Remove(RepositoryName repository, TokenName name) =>
        Execute("DELETE FROM tokens WHERE repository = $repository AND name = $name", KeyOf(repository, name)) == 1;

    /// <summary>Writes when tokens were used. False where another process is writing.</summary>
    public bool TryWriteUses(IReadOnlyDictionary<Sha256Digest, DateOnly> uses)
    {
        if (!TryBegin())
        {
            return false;
        }

        try
        {
            foreach (var (digest, day) in uses)
            {
                Execute(
                    "UPDATE tokens SET last_used = $day WHERE sha256 = $sha256 AND (last_used IS NULL OR last_used < $day)",
                    ("$sha256", digest.ToString()),
                    ("$day", TokenColumns.TextOf(day)));
            }

            Commit();

            return true;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    private static void CreateEmpty(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        new FileStream(path, options).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            // The umask may have taken more; SQLite gives its other files the mode of this one.
            File.SetUnixFileMode(path, Mode);
        }
    }

    private static (string Name, object Value)[] KeyOf(RepositoryName repository, TokenName name) =>
        [("$repository", repository.ToString()), ("$name", name.ToString())];

    private List<AccessToken> Read(string where, Func<string, ProjectScope> scopes, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        [.. Rows($"SELECT {TokenRow.Columns} FROM tokens {where}", row => TokenRow.Read(row, scopes), parameters).OfType<AccessToken>()];
}
