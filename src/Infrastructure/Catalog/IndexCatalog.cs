using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The local cache of a repository's index: an SQLite database that all processes on one root share. Each change gets the next revision, and a
/// process reads the changes of others by asking for newer revisions than it knows. The database can be deleted: the storage is the source of
/// truth, and only upload times that are recorded nowhere else would be lost.
/// </summary>
/// <remarks>
/// Reads never wait for writes, and take microseconds once the database is open. A damaged database is replaced (<see cref="CatalogDatabase"/>)
/// without an error for the caller; the new one is not complete before the next scan of the storage.
/// </remarks>
internal sealed class IndexCatalog(CatalogDatabase database, TimeProvider time) : IDisposable
{
    private long _synced;

    /// <summary>Opens the catalog in a file, and creates it where there is no usable one. Throws <see cref="IOException"/> where the disk refuses.</summary>
    public static IndexCatalog Open(string path, TimeProvider time, ILogger logger) => new(CatalogDatabase.Open(path, time, logger), time);

    /// <summary>A number that is different after each change by any process. Costs less than a microsecond.</summary>
    public long ChangeMark => database.Mark.Value;

    /// <summary>A number that is different once the database was replaced.</summary>
    public long Generation => database.Generation;

    /// <summary>Whether the database was replaced since the last scan of the storage began.</summary>
    public bool NeedsSync => database.Generation != Interlocked.Read(ref _synced);

    /// <summary>Whether the whole storage was scanned once. Before that, files may be missing.</summary>
    public bool IsComplete => database.Read(connection => CatalogState.Read(connection).Complete > 0);

    /// <summary>The revision of the newest change.</summary>
    public long Revision => database.Read(connection => CatalogState.Read(connection).Revision);

    /// <summary>Begins a scan of the storage; returns the generation to use as <see cref="CatalogChange.Basis"/>.</summary>
    public long BeginSync()
    {
        database.Check();
        var basis = database.Generation;
        Interlocked.Exchange(ref _synced, basis);

        return basis;
    }

    /// <summary>Replaces the database by a new one with the rows that can be read of the old one.</summary>
    public void Renew() => database.Renew(damage: null);

    /// <summary>
    /// The changes after a revision. Everything for revision 0, and where the database was replaced since; null while it is not complete.
    /// </summary>
    public IndexChanges? ReadChanges(long afterRevision)
    {
        database.NoteRevision(afterRevision);
        database.Mark.Follow();

        return database.Read(connection =>
        {
            using var snapshot = connection.Snapshot();
            var state = CatalogState.Read(connection);
            if (state.Revision < afterRevision)
            {
                throw new InvalidDataException("its newest changes are gone");
            }

            if (state.Complete == 0 && afterRevision == 0)
            {
                return null;
            }

            // Everything is read in one pass over the table; by the index, each row would be a search.
            var isWhole = state.Complete > afterRevision;
            var after = isWhole ? 0 : afterRevision;
            var (names, published, removed) = (new InternedValues(), new List<PackageFile>(), new List<RemovedFile>());
            ReadOnlySpan<(string, object)> parameters = isWhole ? [] : [("$after", after)];
            connection.ForEach($"SELECT {CatalogRow.Columns} FROM files {(isWhole ? "" : "WHERE revision > $after")}", Take, parameters);

            return new IndexChanges(state.Revision, UnixTime.FromMicroseconds(state.ModifiedAt), published, removed, CatalogQueries.Records(connection, after, names))
            {
                IsWhole = isWhole,
            };

            void Take(SqliteDataReader read)
            {
                var row = CatalogRow.Read(read, connection.Seal);
                if (!row.IsRemoved && row.ToFile(names) is { } file)
                {
                    published.Add(file.File);
                }
                else if (row.IsRemoved && !isWhole && names.TryGet(row.Project, out var project))
                {
                    removed.Add(new RemovedFile(project, row.Filename));
                }
            }
        });
    }

    /// <summary>The file of a name; null where there is none.</summary>
    public CatalogedFile? Find(string filename) => Files("WHERE filename = $filename AND removed = 0", ("$filename", filename)).FirstOrDefault();

    /// <summary>The files of an identity: one, except where older versions published it under several names.</summary>
    public IReadOnlyList<CatalogedFile> Find(DistributionIdentity identity) => database.Read(connection => CatalogQueries.Files(connection, identity));

    /// <summary>The stored metadata of a file; null before it was read.</summary>
    public MetadataFields? FieldsOf(string filename) => database.Read(connection =>
        connection.Scalar("SELECT fields FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)) is string json
            ? CatalogQueries.FieldsIn(json)
            : null);

    /// <summary>Files whose metadata was not read yet.</summary>
    public IReadOnlyList<CatalogedFile> Undescribed(int atMost) =>
        Files("WHERE fields IS NULL AND removed = 0 ORDER BY filename LIMIT $limit", ("$limit", atMost));

    /// <summary>The files whose size or upload time is unknown.</summary>
    public IReadOnlyList<CatalogedFile> Unmeasured() => Files("WHERE (size IS NULL OR uploaded_at IS NULL) AND removed = 0");

    /// <summary>All files.</summary>
    public IReadOnlyList<CatalogedFile> AllFiles() => Files("WHERE removed = 0");

    /// <summary>The files with this stamp.</summary>
    public IReadOnlyList<CatalogedFile> WithStamp(long stamp) => Files("WHERE stamp = $stamp AND removed = 0", ("$stamp", stamp));

    /// <summary>The records of all projects that have one.</summary>
    public IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>> Records() => database.Read(connection => CatalogQueries.Records(connection, -1, new InternedValues()));

    /// <summary>The wheels without a metadata document (PEP 658).</summary>
    public IReadOnlyList<CatalogedFile> WheelsWithoutMetadata() =>
        Files("WHERE metadata_sha256 IS NULL AND removed = 0 AND filename LIKE '%.whl' ORDER BY filename");

    /// <summary>The record of a project; <see cref="ProjectRecord.Empty"/> where there is none.</summary>
    public ProjectRecord RecordOf(ProjectName project) => database.Read(connection =>
        connection.Rows(
            $"SELECT {RecordRow.Columns} FROM projects WHERE project = $project",
            row => RecordRow.Read(row, connection.Seal),
            ("$project", project.ToString())) is [var record] ? record.ToRecord() : ProjectRecord.Empty);

    /// <summary>The files at a location.</summary>
    public IReadOnlyList<CatalogedFile> FilesAt(string location) => Files("WHERE location = $location AND removed = 0", ("$location", location));

    /// <summary>The names of the files at a location.</summary>
    public HashSet<string> FilenamesAt(string location) => database.Read(connection => connection
        .Rows("SELECT filename FROM files WHERE location = $location AND removed = 0", row => row.GetString(0), ("$location", location))
        .ToHashSet(StringComparer.Ordinal));

    /// <summary>The stamp that a folder, or an index file, had when it was scanned; null where it was not.</summary>
    public long? StampOf(string folder) => database.Read(connection =>
        connection.Scalar("SELECT stamp FROM folders WHERE name = $name", ("$name", folder)) as long?);

    /// <summary>The folders that were scanned or have files, with the stamp at the scan.</summary>
    public Dictionary<string, long> Folders() => database.Read(connection =>
        connection.Rows("SELECT name, stamp FROM folders", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)))
            .ToDictionary(StringComparer.Ordinal));

    /// <summary>The upload time of a file of this name and digest, also of a removed one; null where there was none.</summary>
    public DateTimeOffset? UploadTimeOf(string filename, Sha256Digest sha256) => database.Read(connection =>
        CatalogQueries.RowOf(connection, filename) is { UploadedAt: { } microseconds } row && Sha256Digest.FromBytes(row.Sha256).Equals(sha256)
            ? UnixTime.FromMicroseconds(microseconds)
            : (DateTimeOffset?)null);

    /// <summary>
    /// Applies a change in one transaction, as a new revision if an index shows it. Throws <see cref="CatalogReplacedException"/> where
    /// <see cref="CatalogChange.Basis"/> is another generation, and <see cref="SqliteException"/> with SQLITE_BUSY after waiting for other writers in vain.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="durably">
    /// The corresponding change of the storage, made within the transaction, so that none is made where the catalog can't be written. May be called
    /// again.
    /// </param>
    /// <param name="cancellationToken">Cancels before anything is changed.</param>
    public async Task ChangeAsync(CatalogChange change, Action? durably = null, CancellationToken cancellationToken = default)
    {
        // Background work calls this every second, and an empty transaction would still block other processes.
        if (!change.IsEmpty)
        {
            await ChangeAsync(change, _ => true, durably, cancellationToken);
        }
    }

    /// <summary>
    /// Adds a file that was just published, unless its identity is published under another name: of concurrent publications, one wins. Throws as <see cref="ChangeAsync(CatalogChange, Action?, CancellationToken)"/>.
    /// </summary>
    /// <returns>The files under other names; empty where the file was added.</returns>
    public async Task<IReadOnlyList<CatalogedFile>> AddUnlessThereAsync(CatalogedFile file)
    {
        IReadOnlyList<CatalogedFile> others = [];
        await ChangeAsync(new CatalogChange { Published = [file] }, IsMissing, durably: null, CancellationToken.None);

        return others;

        bool IsMissing(CatalogConnection connection)
        {
            others = [.. CatalogQueries.Files(connection, file.File.Filename.Identity).Where(other => !other.File.Filename.Equals(file.File.Filename))];

            return others.Count == 0;
        }
    }

    /// <summary>Marks the catalog as complete after a scan of the whole storage that began with <see cref="BeginSync"/>. Throws as <see cref="ChangeAsync"/>.</summary>
    public async Task MarkCompleteAsync(long basis, CancellationToken cancellationToken)
    {
        if (IsComplete && basis == database.Generation)
        {
            return;
        }

        await database.WriteAsync(
            connection =>
            {
                if (basis != database.Generation)
                {
                    throw new CatalogReplacedException();
                }

                // With a new revision, so that processes with an older one read everything again: they may have files that the old catalog had.
                var state = CatalogState.Read(connection);
                var revision = state.Revision + 1;
                (state with { Revision = revision, Complete = revision }).Write(connection);

                return revision;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private async Task ChangeAsync(CatalogChange change, Func<CatalogConnection, bool> may, Action? durably, CancellationToken cancellationToken)
    {
        var revision = await WriteAsync(change, may, durably, cancellationToken);
        if (revision is { } written && change.Basis is null && !IsSeen(change, written))
        {
            // The database is damaged in a way that hides rows.
            database.Renew("what was written is not found again");
            await WriteAsync(change, may, durably, cancellationToken);
        }
    }

    private async Task<long?> WriteAsync(
        CatalogChange change, Func<CatalogConnection, bool> may, Action? durably, CancellationToken cancellationToken)
    {
        long? revision = null;
        await database.WriteAsync(
            connection =>
            {
                if (change.Basis is { } basis && basis != database.Generation)
                {
                    throw new CatalogReplacedException();
                }

                revision = null;
                if (!may(connection))
                {
                    return null;
                }

                if (change.IsVisible)
                {
                    var state = CatalogState.Read(connection);
                    revision = state.Revision + 1;
                    CatalogWriter.Write(connection, change, revision.Value);
                    (state with { Revision = revision.Value, ModifiedAt = UnixTime.ToMicroseconds(time.GetUtcNow()) }).Write(connection);
                }

                CatalogWriter.WriteFolders(connection, change);
                durably?.Invoke();

                return revision;
            },
            cancellationToken);

        return revision;
    }

    /// <summary>Whether a reader of changes would see this one.</summary>
    private bool IsSeen(CatalogChange change, long revision) => database.Read(connection =>
    {
        var files = change.Published.Count == 0
            ? []
            : CatalogQueries.Rows(connection, "INDEXED BY files_by_revision WHERE revision >= $revision", ("$revision", revision)).Select(row => row.Filename).ToHashSet();

        return change.Published.All(file => files.Contains(file.File.Filename.ToString()))
            && (change.ChangedRecord is not var (project, _) || CatalogQueries.Records(connection, revision - 1, new InternedValues()).Any(record => record.Key.Equals(project)));
    });

    private List<CatalogedFile> Files(string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var (names, arguments) = (new InternedValues(), parameters.ToArray());

        return database.Read(connection => connection.Rows(
            $"SELECT {CatalogRow.Columns} FROM files {condition}", row => CatalogRow.Read(row, connection.Seal).ToFile(names), arguments).OfType<CatalogedFile>().ToList());
    }
}
