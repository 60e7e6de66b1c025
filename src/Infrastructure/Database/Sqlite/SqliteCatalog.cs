using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// A catalog in an SQLite database that all processes on one root share. The file can be deleted.
/// </summary>
/// <remarks>
/// Reads never wait for writes, and take microseconds once the database is open. A damaged database is replaced (<see cref="CatalogDatabase"/>)
/// without an error for the caller; the new one is not complete before the next scan of the storage.
/// </remarks>
internal sealed class SqliteCatalog(CatalogDatabase database, TimeProvider time) : IIndexCatalog
{
    private long _synced;

    /// <summary>Opens the catalog in a file, and creates it where there is no usable one. Throws <see cref="IOException"/> where the disk refuses.</summary>
    public static SqliteCatalog Open(string path, TimeProvider time, ILogger logger) => new(CatalogDatabase.Open(path, time, logger), time);

    /// <inheritdoc/>
    public long ChangeMark => database.Mark.Value;

    /// <inheritdoc/>
    public long Generation => database.Generation;

    /// <inheritdoc/>
    public bool NeedsSync => database.Generation != Interlocked.Read(ref _synced);

    /// <inheritdoc/>
    // The mark is a file, which is as new as the database.
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<bool> IsCompleteAsync(CancellationToken cancellationToken = default) => Read(connection => CatalogState.Read(connection).Complete > 0);

    /// <inheritdoc/>
    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken = default) => Read(connection => CatalogState.Read(connection).Revision);

    /// <inheritdoc/>
    public ValueTask<long> BeginSyncAsync(CancellationToken cancellationToken = default)
    {
        database.Check();
        var basis = database.Generation;
        Interlocked.Exchange(ref _synced, basis);

        return new(basis);
    }

    /// <inheritdoc/>
    public ValueTask RenewAsync(CancellationToken cancellationToken = default)
    {
        database.Renew(damage: null);

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IndexChanges?> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken = default)
    {
        database.NoteRevision(afterRevision);
        database.Mark.Follow();

        return Read<IndexChanges?>(connection =>
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
                var row = CatalogRow.Read(read, connection.Seal, names);
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

    /// <inheritdoc/>
    public ValueTask<CatalogedFile?> FindAsync(string filename, CancellationToken cancellationToken = default) => Read(connection =>
        Files(connection, "WHERE filename = $filename AND removed = 0", ("$filename", filename)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> FindAllAsync(IEnumerable<string> filenames, CancellationToken cancellationToken = default) =>
        Read<IReadOnlyList<CatalogedFile>>(connection =>
            [.. filenames.SelectMany(filename => Files(connection, "WHERE filename = $filename AND removed = 0", ("$filename", filename)))]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> FindAsync(DistributionIdentity identity, CancellationToken cancellationToken = default) =>
        Read<IReadOnlyList<CatalogedFile>>(connection => CatalogQueries.Files(connection, identity));

    /// <inheritdoc/>
    public ValueTask<MetadataFields?> GetFieldsAsync(string filename, CancellationToken cancellationToken = default) => Read(connection =>
        connection.Scalar("SELECT fields FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)) is string json
            ? FieldsJson.Read(json)
            : null);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetUndescribedAsync(int atMost, CancellationToken cancellationToken = default) =>
        Files("WHERE fields IS NULL AND removed = 0 ORDER BY filename LIMIT $limit", ("$limit", atMost));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetUnmeasuredAsync(CancellationToken cancellationToken = default) => Files("WHERE (size IS NULL OR uploaded_at IS NULL) AND removed = 0");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetAllAsync(CancellationToken cancellationToken = default) => Files("WHERE removed = 0");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetByStampAsync(long stamp, CancellationToken cancellationToken = default) => Files("WHERE stamp = $stamp AND removed = 0", ("$stamp", stamp));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>>> GetRecordsAsync(CancellationToken cancellationToken = default) =>
        Read<IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>>>(connection => CatalogQueries.Records(connection, -1, new InternedValues()));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetWheelsWithoutMetadataAsync(CancellationToken cancellationToken = default) =>
        Files("WHERE metadata_sha256 IS NULL AND removed = 0 AND filename LIKE '%.whl' ORDER BY filename");

    /// <inheritdoc/>
    public ValueTask<ProjectRecord> GetRecordAsync(ProjectName project, CancellationToken cancellationToken = default) => Read(connection =>
        connection.Rows(
            $"SELECT {RecordRow.Columns} FROM projects WHERE project = $project",
            row => RecordRow.Read(row, connection.Seal),
            ("$project", project.ToString())) is [var record] ? record.ToRecord() : ProjectRecord.Empty);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogedFile>> GetByLocationAsync(string location, CancellationToken cancellationToken = default) => Files("WHERE location = $location AND removed = 0", ("$location", location));

    /// <inheritdoc/>
    public ValueTask<HashSet<string>> GetFilenamesAsync(string location, CancellationToken cancellationToken = default) => Read(connection => connection
        .Rows("SELECT filename FROM files WHERE location = $location AND removed = 0", row => row.GetString(0), ("$location", location))
        .ToHashSet(StringComparer.Ordinal));

    /// <inheritdoc/>
    public ValueTask<long?> GetStampAsync(string folder, CancellationToken cancellationToken = default) => Read(connection =>
        connection.Scalar("SELECT stamp FROM folders WHERE name = $name", ("$name", folder)) as long?);

    /// <inheritdoc/>
    public ValueTask<Dictionary<string, long>> GetFoldersAsync(CancellationToken cancellationToken = default) => Read(connection =>
        connection.Rows("SELECT name, stamp FROM folders", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)))
            .ToDictionary(StringComparer.Ordinal));

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> GetUploadTimeAsync(string filename, Sha256Digest sha256, CancellationToken cancellationToken = default) => Read(connection =>
        CatalogQueries.RowOf(connection, filename) is { UploadedAt: { } microseconds } row && row.Sha256.Equals(sha256)
            ? UnixTime.FromMicroseconds(microseconds)
            : (DateTimeOffset?)null);

    /// <inheritdoc/>
    public async Task ChangeAsync(CatalogChange change, Action? durably = null, CancellationToken cancellationToken = default)
    {
        // Background work calls this every second, and an empty transaction would still block other processes.
        if (!change.IsEmpty)
        {
            await ChangeAsync(change, _ => true, durably, cancellationToken);
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task MarkCompleteAsync(long basis, CancellationToken cancellationToken)
    {
        if (await IsCompleteAsync(cancellationToken) && basis == database.Generation)
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

    private ValueTask<T> Read<T>(Func<CatalogConnection, T> read) => new(database.Read(read));

    private ValueTask<IReadOnlyList<CatalogedFile>> Files(string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var arguments = parameters.ToArray();

        return Read<IReadOnlyList<CatalogedFile>>(connection => Files(connection, condition, arguments));
    }

    private static List<CatalogedFile> Files(CatalogConnection connection, string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var names = new InternedValues();

        return [.. connection.Rows($"SELECT {CatalogRow.Columns} FROM files {condition}", row => CatalogRow.Read(row, connection.Seal, names).ToFile(names), parameters).OfType<CatalogedFile>()];
    }
}
