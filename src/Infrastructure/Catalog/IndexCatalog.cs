using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The local cache of a repository's index: an SQLite database that all processes on one root share. Each change gets the next revision,
/// so that a process finds what another one changed by asking for what is newer than it knows. It can be thrown away: the storage is the
/// truth, and only the time of an upload that nothing else tells would be lost.
/// </summary>
/// <remarks>One connection, used by one thread at a time: every call takes microseconds, but for the first reading of all.</remarks>
internal sealed class IndexCatalog(CatalogDatabase database, TimeProvider time) : IDisposable
{
    private const string Columns = "filename, project, location, size, stamp, sha256, requires_python, uploaded_at, summary, metadata_sha256";

    /// <summary>The catalog in a file, which is made where there is none that can be used. Throws IOException where the disk refuses.</summary>
    public static IndexCatalog Open(string path, TimeProvider time) => new(CatalogDatabase.Open(path, time), time);

    /// <summary>Whether the whole storage was looked at at least once: before, an index made of it could lack files.</summary>
    public bool IsComplete => database.WithLock(() => database.Scalar("SELECT complete FROM state") is not 0L);

    /// <summary>Of the newest change.</summary>
    public long Revision => database.WithLock(() => ReadState().Revision);

    /// <summary>What changed after a revision; 0 means everything that is there.</summary>
    public IndexChanges ReadChanges(long afterRevision) => database.WithLock(() =>
    {
        using var transaction = database.Begin(writes: false);
        var (revision, modifiedAt) = ReadState();
        var published = new List<PackageFile>();
        var removed = new List<RemovedFile>();
        var records = new List<KeyValuePair<ProjectName, ProjectRecord>>();

        if (revision > afterRevision)
        {
            var names = new ProjectNames();

            // For all of it one walk through the table; by the index, every row would be searched for.
            using var command = afterRevision == 0
                ? database.Command($"SELECT {Columns}, removed FROM files WHERE removed = 0")
                : database.Command($"SELECT {Columns}, removed FROM files WHERE revision > $after", ("$after", afterRevision));
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                if (rows.GetBoolean(10))
                {
                    removed.Add(new RemovedFile(names[rows.GetString(1)], rows.GetString(0)));
                }
                else if (ReadFile(rows, names) is { } file)
                {
                    published.Add(file.File);
                }
            }

            records.AddRange(ReadRecords(afterRevision, names));
        }

        return new IndexChanges(revision, modifiedAt, published, removed, records);
    });

    /// <summary>The file of that name, or null.</summary>
    public CatalogedFile? Find(string filename) => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)).FirstOrDefault());

    /// <summary>The files of that identity: one, but for what is published of old under several names.</summary>
    public IReadOnlyList<CatalogedFile> Find(DistributionIdentity identity) => database.WithLock(() => Read(identity));

    /// <summary>What is kept of a file's metadata; null while nobody has read it.</summary>
    public MetadataFields? FieldsOf(string filename) => database.WithLock(() =>
        database.Scalar("SELECT fields FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)) is string json
            ? new MetadataFields((JsonSerializer.Deserialize<string[][]>(json) ?? []).Select(field => KeyValuePair.Create(field[0], field[1])))
            : null);

    /// <summary>Some files of which nobody has read the metadata yet.</summary>
    public IReadOnlyList<CatalogedFile> Undescribed(int atMost) => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE fields IS NULL AND removed = 0 ORDER BY filename LIMIT $limit", ("$limit", atMost)));

    /// <summary>The files of which the size or the time of the upload is not known.</summary>
    public IReadOnlyList<CatalogedFile> Unmeasured() => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE (size IS NULL OR uploaded_at IS NULL) AND removed = 0"));

    /// <summary>Every file that is there.</summary>
    public IReadOnlyList<CatalogedFile> AllFiles() => database.WithLock(() => ReadFiles($"SELECT {Columns} FROM files WHERE removed = 0"));

    /// <summary>The files that have this stamp.</summary>
    public IReadOnlyList<CatalogedFile> WithStamp(long stamp) => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE stamp = $stamp AND removed = 0", ("$stamp", stamp)));

    /// <summary>The record of each project about which something was ever decided.</summary>
    public IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>> Records() => database.WithLock(() => ReadRecords(-1, new ProjectNames()));

    /// <summary>The wheels whose metadata can't be sent yet.</summary>
    public IReadOnlyList<CatalogedFile> WheelsWithoutMetadata() => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE metadata_sha256 IS NULL AND removed = 0 AND filename LIKE '%.whl' ORDER BY filename"));

    /// <summary>The record of a project; <see cref="ProjectRecord.Empty"/> where nothing was decided.</summary>
    public ProjectRecord RecordOf(ProjectName project) => database.WithLock(() =>
        database.Scalar("SELECT record FROM projects WHERE project = $project", ("$project", project.ToString())) is { } record ? RecordOf(record) : ProjectRecord.Empty);

    /// <summary>The files at a location.</summary>
    public IReadOnlyList<CatalogedFile> FilesAt(string location) => database.WithLock(() =>
        ReadFiles($"SELECT {Columns} FROM files WHERE location = $location AND removed = 0", ("$location", location)));

    /// <summary>The names of the files at a location.</summary>
    public HashSet<string> FilenamesAt(string location) => database.WithLock(() =>
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var command = database.Command("SELECT filename FROM files WHERE location = $location AND removed = 0", ("$location", location));
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }

        return names;
    });

    /// <summary>The stamp of a folder, or of a file that lists others, when it was looked at; null when it was not.</summary>
    public long? StampOf(string folder) => database.WithLock(() =>
        database.Scalar("SELECT stamp FROM folders WHERE name = $name", ("$name", folder)) as long?);

    /// <summary>Every folder that was looked at or has files, with its stamp when it was looked at.</summary>
    public Dictionary<string, long> Folders() => database.WithLock(() =>
    {
        var folders = new Dictionary<string, long>(StringComparer.Ordinal);
        using var command = database.Command("SELECT name, stamp FROM folders");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            folders.Add(rows.GetString(0), rows.GetInt64(1));
        }

        return folders;
    });

    /// <summary>When a file of that name and those bytes was uploaded, also if it is gone; null when there never was one.</summary>
    public DateTimeOffset? UploadTimeOf(string filename, Sha256Digest sha256) => database.WithLock(() =>
        database.Scalar("SELECT uploaded_at FROM files WHERE filename = $filename AND sha256 = $sha256", ("$filename", filename), ("$sha256", BytesOf(sha256)))
            is long microseconds
            ? UnixTime.FromMicroseconds(microseconds)
            : (DateTimeOffset?)null);

    /// <summary>Makes a change, all of it or none, and counts one revision if an index would show it.</summary>
    public void Change(CatalogChange change) => database.WithLock(() =>
    {
        // The clock asks every second, and a transaction that writes nothing still keeps other processes waiting.
        if (!change.IsEmpty)
        {
            using var transaction = database.Begin(writes: true);
            Write(change);
            transaction.Commit();
        }

        return true;
    });

    /// <summary>
    /// Adds a file that was just published, unless its identity is there under another name: of several processes that publish both at once, one
    /// wins.
    /// </summary>
    /// <returns>What is there; nothing where the file was added.</returns>
    public IReadOnlyList<CatalogedFile> AddUnlessThere(CatalogedFile file) => database.WithLock(() =>
    {
        using var transaction = database.Begin(writes: true);
        IReadOnlyList<CatalogedFile> others = [.. Read(file.File.Filename.Identity).Where(other => !other.File.Filename.Equals(file.File.Filename))];
        if (others.Count == 0)
        {
            Write(new CatalogChange { Published = [file] });
            transaction.Commit();
        }

        return others;
    });

    /// <summary>Forgets a folder that is gone; its files were removed before.</summary>
    public void ForgetFolder(string name) => database.WithLock(() => database.Execute("DELETE FROM folders WHERE name = $name", ("$name", name)));

    /// <summary>The whole storage was looked at.</summary>
    public void MarkComplete() => database.WithLock(() => database.Execute("UPDATE state SET complete = 1 WHERE complete = 0"));

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private (long Revision, DateTimeOffset ModifiedAt) ReadState()
    {
        using var command = database.Command("SELECT revision, modified_at FROM state");
        using var row = command.ExecuteReader();
        row.Read();

        return (row.GetInt64(0), UnixTime.FromMicroseconds(row.GetInt64(1)));
    }

    private void Write(CatalogChange change)
    {
        if (change.IsVisible)
        {
            var revision = (long)database.Scalar(
                "UPDATE state SET revision = revision + 1, modified_at = $now RETURNING revision",
                ("$now", UnixTime.ToMicroseconds(time.GetUtcNow())))!; // the table has its one row from the beginning

            Write(change, revision);
        }

        if (change.Folder is var (name, stamp))
        {
            database.Execute("INSERT OR REPLACE INTO folders (name, stamp) VALUES ($name, $stamp)", ("$name", name), ("$stamp", stamp));
        }
    }

    private void Write(CatalogChange change, long revision)
    {
        foreach (var file in change.Published)
        {
            Write(file, revision);
        }

        foreach (var filename in change.Removed)
        {
            database.Execute("UPDATE files SET removed = 1, revision = $revision WHERE filename = $filename", ("$revision", revision), ("$filename", filename));
        }

        foreach (var file in change.Described)
        {
            Describe(file, revision);
        }

        foreach (var file in change.Measured)
        {
            Measure(file.File, revision);
        }

        if (change.Decided is var (project, record))
        {
            // An empty one is kept too: other processes have to hear of it.
            database.Execute(
                "INSERT OR REPLACE INTO projects (project, record, revision) VALUES ($project, $record, $revision)",
                ("$project", project.ToString()),
                ("$record", record.IsReadable ? Encoding.UTF8.GetString(RecordFile.Write(record)) : DBNull.Value),
                ("$revision", revision));
        }
    }

    private void Write(CatalogedFile cataloged, long revision)
    {
        var file = cataloged.File;
        database.Execute(
            """
            INSERT OR REPLACE INTO files
                (filename, identity, project, location, size, stamp, sha256, requires_python, uploaded_at, summary, metadata_sha256, fields, removed, revision)
                VALUES ($filename, $identity, $project, $location, $size, $stamp, $sha256, $requires_python, $uploaded_at, $summary, $metadata_sha256, $fields, 0, $revision)
            """,
            [
                ("$filename", file.Filename.ToString()),
                ("$identity", file.Filename.Identity.ToString()),
                ("$project", file.Filename.Project.ToString()),
                ("$location", file.Location),
                ("$size", SizeOf(file)),
                ("$stamp", cataloged.Stamp),
                ("$sha256", BytesOf(file.Sha256)),
                ("$requires_python", (object?)file.RequiresPython?.ToString() ?? DBNull.Value),
                ("$uploaded_at", UploadTimeOf(file)),
                ("$revision", revision),
                .. DescriptionOf(cataloged),
            ]);

        // Every folder that has files is known, so that it is missed when it goes; this stamp says that it was not looked at yet.
        database.Execute("INSERT OR IGNORE INTO folders (name, stamp) VALUES ($location, 0)", ("$location", file.Location));
    }

    private void Describe(CatalogedFile cataloged, long revision) => database.Execute(
        """
        UPDATE files SET summary = $summary, metadata_sha256 = $metadata_sha256, fields = $fields, revision = $revision
            WHERE filename = $filename AND sha256 = $sha256 AND removed = 0
        """,
        [
            ("$filename", cataloged.File.Filename.ToString()),
            ("$sha256", BytesOf(cataloged.File.Sha256)),
            ("$revision", revision),
            .. DescriptionOf(cataloged),
        ]);

    private void Measure(PackageFile file, long revision) => database.Execute(
        """
        UPDATE files SET size = COALESCE(size, $size), uploaded_at = COALESCE(uploaded_at, $uploaded_at), revision = $revision
            WHERE filename = $filename AND sha256 = $sha256 AND removed = 0
        """,
        ("$filename", file.Filename.ToString()),
        ("$sha256", BytesOf(file.Sha256)),
        ("$size", SizeOf(file)),
        ("$uploaded_at", UploadTimeOf(file)),
        ("$revision", revision));

    private static object SizeOf(PackageFile file) => (object?)file.Size ?? DBNull.Value;

    private static object UploadTimeOf(PackageFile file) => file.UploadedAt is { } time ? UnixTime.ToMicroseconds(time) : DBNull.Value;

    private static (string Name, object Value)[] DescriptionOf(CatalogedFile cataloged) =>
    [
        ("$summary", (object?)cataloged.File.Summary ?? DBNull.Value),
        ("$metadata_sha256", cataloged.File.MetadataSha256 is { } metadata ? BytesOf(metadata) : DBNull.Value),
        ("$fields", cataloged.Fields is { } fields ? JsonOf(fields) : DBNull.Value),
    ];

    private List<CatalogedFile> Read(DistributionIdentity identity) =>
        ReadFiles($"SELECT {Columns} FROM files WHERE identity = $identity AND removed = 0", ("$identity", identity.ToString()));

    private List<CatalogedFile> ReadFiles(string query, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var files = new List<CatalogedFile>();
        var names = new ProjectNames();
        using var command = database.Command(query, parameters);
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

        var file = new PackageFile
        {
            Filename = filename,
            Location = names.Text(row.GetString(2)),
            Size = row.IsDBNull(3) ? null : row.GetInt64(3),
            Sha256 = Sha256Digest.FromBytes(row.GetFieldValue<byte[]>(5)),
            RequiresPython = row.IsDBNull(6) ? null : names.Specifier(row.GetString(6)),
            UploadedAt = row.IsDBNull(7) ? null : UnixTime.FromMicroseconds(row.GetInt64(7)),
            Summary = row.IsDBNull(8) ? null : names.Text(row.GetString(8)),
            MetadataSha256 = row.IsDBNull(9) ? null : Sha256Digest.FromBytes(row.GetFieldValue<byte[]>(9)),
        };

        return new CatalogedFile(file, row.GetInt64(4));
    }

    private List<KeyValuePair<ProjectName, ProjectRecord>> ReadRecords(long afterRevision, ProjectNames names)
    {
        var records = new List<KeyValuePair<ProjectName, ProjectRecord>>();
        using var command = database.Command("SELECT project, record FROM projects WHERE revision > $after", ("$after", afterRevision));
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            records.Add(new(names[rows.GetString(0)], RecordOf(rows.GetValue(1))));
        }

        return records;
    }

    private static ProjectRecord RecordOf(object value) =>
        value is string toml && RecordFile.TryRead(Encoding.UTF8.GetBytes(toml), "the catalog", out var record, out _) ? record : ProjectRecord.Unreadable;

    private static string JsonOf(MetadataFields fields) =>
        JsonSerializer.Serialize(fields.All().Select(field => new[] { field.Key, field.Value }));

    private static byte[] BytesOf(Sha256Digest digest)
    {
        var bytes = new byte[32];
        digest.CopyTo(bytes);

        return bytes;
    }
}
