using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The local cache of a repository's index: an SQLite database that all processes on one root share. Each change gets the next revision,
/// so that a process finds what another one changed by asking for what is newer than it knows. It can be thrown away: the storage is the
/// truth, and only the time of an upload that nothing else tells would be lost.
/// </summary>
/// <remarks>
/// Reading never waits for who writes, and takes microseconds, but for the first reading of all. Damage of the file is no trouble of who calls: it
/// is made anew (<see cref="CatalogDatabase"/>), is not complete then, and wants to be held against the storage.
/// </remarks>
internal sealed class IndexCatalog(CatalogDatabase database, TimeProvider time) : IDisposable
{
    private long _synced;

    /// <summary>The catalog in a file, which is made where there is none that can be used. Throws IOException where the disk refuses.</summary>
    public static IndexCatalog Open(string path, TimeProvider time, ILogger logger) => new(CatalogDatabase.Open(path, time, logger), time);

    /// <summary>Another number after each change, by whichever process. Costs less than a microsecond.</summary>
    public long ChangeMark => database.Mark.Value;

    /// <summary>Which catalog this is: another number once it was replaced.</summary>
    public long Generation => database.Generation;

    /// <summary>Whether the catalog was replaced since it was last held against the storage.</summary>
    public bool NeedsSync => database.Generation != Interlocked.Read(ref _synced);

    /// <summary>Whether the whole storage was looked at at least once: before, an index made of it could lack files.</summary>
    public bool IsComplete => database.Read(connection => CatalogState.Read(connection).Complete > 0);

    /// <summary>Of the newest change.</summary>
    public long Revision => database.Read(connection => CatalogState.Read(connection).Revision);

    /// <summary>Begins to hold the catalog against the storage; returns which catalog that is, for <see cref="CatalogChange.Basis"/>.</summary>
    public long BeginSync()
    {
        database.Check();
        var basis = database.Generation;
        Interlocked.Exchange(ref _synced, basis);

        return basis;
    }

    /// <summary>Puts the catalog aside, whatever it is like, and makes a new one, which takes over what can be read of the old one.</summary>
    public void Renew() => database.Renew(damage: null);

    /// <summary>
    /// What changed after a revision; 0 means everything that is there, and null is the answer while the catalog is not complete. Also everything where
    /// it was made anew since, once the new one is complete.
    /// </summary>
    public IndexChanges? ReadChanges(long afterRevision)
    {
        database.Knows(afterRevision);
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

            // For all of it one walk through the table; by the index, every row would be searched for.
            var isWhole = state.Complete > afterRevision;
            var after = isWhole ? 0 : afterRevision;
            var (names, published, removed) = (new InternedValues(), new List<PackageFile>(), new List<RemovedFile>());
            ReadOnlySpan<(string, object)> parameters = isWhole ? [] : [("$after", after)];
            connection.ForEach($"SELECT {CatalogRow.Columns} FROM files {(isWhole ? "" : "WHERE revision > $after")}", Take, parameters);

            return new IndexChanges(state.Revision, UnixTime.FromMicroseconds(state.ModifiedAt), published, removed, Records(connection, after, names))
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

    /// <summary>The file of that name, or null.</summary>
    public CatalogedFile? Find(string filename) => Files("WHERE filename = $filename AND removed = 0", ("$filename", filename)).FirstOrDefault();

    /// <summary>The files of that identity: one, but for what is published of old under several names.</summary>
    public IReadOnlyList<CatalogedFile> Find(DistributionIdentity identity) => database.Read(connection => Find(connection, identity));

    /// <summary>What is kept of a file's metadata; null while nobody has read it.</summary>
    public MetadataFields? FieldsOf(string filename) => database.Read(connection =>
        connection.Scalar("SELECT fields FROM files WHERE filename = $filename AND removed = 0", ("$filename", filename)) is string json
            ? FieldsIn(json)
            : null);

    /// <summary>Some files of which nobody has read the metadata yet.</summary>
    public IReadOnlyList<CatalogedFile> Undescribed(int atMost) =>
        Files("WHERE fields IS NULL AND removed = 0 ORDER BY filename LIMIT $limit", ("$limit", atMost));

    /// <summary>The files of which the size or the time of the upload is not known.</summary>
    public IReadOnlyList<CatalogedFile> Unmeasured() => Files("WHERE (size IS NULL OR uploaded_at IS NULL) AND removed = 0");

    /// <summary>Every file that is there.</summary>
    public IReadOnlyList<CatalogedFile> AllFiles() => Files("WHERE removed = 0");

    /// <summary>The files that have this stamp.</summary>
    public IReadOnlyList<CatalogedFile> WithStamp(long stamp) => Files("WHERE stamp = $stamp AND removed = 0", ("$stamp", stamp));

    /// <summary>The record of each project about which something was ever decided.</summary>
    public IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>> Records() => database.Read(connection => Records(connection, -1, new InternedValues()));

    /// <summary>The wheels whose metadata can't be sent yet.</summary>
    public IReadOnlyList<CatalogedFile> WheelsWithoutMetadata() =>
        Files("WHERE metadata_sha256 IS NULL AND removed = 0 AND filename LIKE '%.whl' ORDER BY filename");

    /// <summary>The record of a project; <see cref="ProjectRecord.Empty"/> where nothing was decided.</summary>
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

    /// <summary>The stamp of a folder, or of a file that lists others, when it was looked at; null when it was not.</summary>
    public long? StampOf(string folder) => database.Read(connection =>
        connection.Scalar("SELECT stamp FROM folders WHERE name = $name", ("$name", folder)) as long?);

    /// <summary>Every folder that was looked at or has files, with its stamp when it was looked at.</summary>
    public Dictionary<string, long> Folders() => database.Read(connection =>
        connection.Rows("SELECT name, stamp FROM folders", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)))
            .ToDictionary(StringComparer.Ordinal));

    /// <summary>When a file of that name and those bytes was uploaded, also if it is gone; null when there never was one.</summary>
    public DateTimeOffset? UploadTimeOf(string filename, Sha256Digest sha256) => database.Read(connection =>
        RowOf(connection, filename) is { UploadedAt: { } microseconds } row && Sha256Digest.FromBytes(row.Sha256).Equals(sha256)
            ? UnixTime.FromMicroseconds(microseconds)
            : (DateTimeOffset?)null);

    /// <summary>
    /// Makes a change, all of it or none, and counts one revision if an index would show it. Throws <see cref="CatalogReplacedException"/> where
    /// <see cref="CatalogChange.Basis"/> is another catalog, and SqliteException with SQLITE_BUSY where others change it for all too long.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="durably">
    /// Does in the storage what belongs to it, once the change can be made: nothing is done there where the catalog is in trouble. May be called again.
    /// </param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    public async Task ChangeAsync(CatalogChange change, Action? durably = null, CancellationToken cancellationToken = default)
    {
        // The clock asks every second, and a transaction that writes nothing still keeps other processes waiting.
        if (!change.IsEmpty)
        {
            await ChangeAsync(change, _ => true, durably, cancellationToken);
        }
    }

    /// <summary>
    /// Adds a file that was just published, unless its identity is there under another name: of several processes that publish both at once, one
    /// wins. Throws as <see cref="ChangeAsync(CatalogChange, Action?, CancellationToken)"/>.
    /// </summary>
    /// <returns>What is there; nothing where the file was added.</returns>
    public async Task<IReadOnlyList<CatalogedFile>> AddUnlessThereAsync(CatalogedFile file)
    {
        IReadOnlyList<CatalogedFile> others = [];
        await ChangeAsync(new CatalogChange { Published = [file] }, IsMissing, durably: null, CancellationToken.None);

        return others;

        bool IsMissing(CatalogConnection connection)
        {
            others = [.. Find(connection, file.File.Filename.Identity).Where(other => !other.File.Filename.Equals(file.File.Filename))];

            return others.Count == 0;
        }
    }

    /// <summary>The whole storage was looked at, for the catalog that <see cref="BeginSync"/> told. Throws as <see cref="ChangeAsync"/>.</summary>
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

                // A revision of its own: whoever knows an older one has all that changed before, and maybe what went with the old catalog.
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
            // Damage that hides what is there: it would be acknowledged, and nobody would see it.
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
                    Write(connection, change, revision.Value);
                    (state with { Revision = revision.Value, ModifiedAt = UnixTime.ToMicroseconds(time.GetUtcNow()) }).Write(connection);
                }

                if (change.Folder is var (name, stamp))
                {
                    connection.Execute("INSERT OR REPLACE INTO folders (name, stamp) VALUES ($name, $stamp)", ("$name", name), ("$stamp", stamp));
                }

                if (change.ForgottenFolder is { } forgotten)
                {
                    connection.Execute("DELETE FROM folders WHERE name = $name", ("$name", forgotten));
                }

                durably?.Invoke();

                return revision;
            },
            cancellationToken);

        return revision;
    }

    /// <summary>Whether those who ask for changes hear of this one.</summary>
    private bool IsSeen(CatalogChange change, long revision) => database.Read(connection =>
    {
        var files = change.Published.Count == 0
            ? []
            : Rows(connection, "INDEXED BY files_by_revision WHERE revision >= $revision", ("$revision", revision)).Select(row => row.Filename).ToHashSet();

        return change.Published.All(file => files.Contains(file.File.Filename.ToString()))
            && (change.ChangedRecord is not var (project, _) || Records(connection, revision - 1, new InternedValues()).Any(record => record.Key.Equals(project)));
    });

    private static void Write(CatalogConnection connection, CatalogChange change, long revision)
    {
        foreach (var file in change.Published)
        {
            // Nobody may have read more of it than its bytes: a look at the storage that came upon an upload as it was published.
            var known = file.Fields is null && RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256) ? row : null;
            CatalogRow.Of(file, revision).Or(known).Write(connection, JsonOf(file.Fields), keepsFields: known is not null);

            // Every folder that has files is known, so that it is missed when it goes; this stamp says that it was not looked at yet.
            connection.Execute("INSERT OR IGNORE INTO folders (name, stamp) VALUES ($location, 0)", ("$location", file.File.Location));
        }

        foreach (var row in change.Removed.Select(filename => RowOf(connection, filename)).OfType<CatalogRow>())
        {
            (row with { IsRemoved = true, Revision = revision }).Write(connection, fields: null, keepsFields: true);
        }

        foreach (var file in change.Described)
        {
            if (RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256))
            {
                (row.Described(file) with { Revision = revision }).Write(connection, JsonOf(file.Fields));
            }
        }

        foreach (var file in change.Measured)
        {
            if (RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256))
            {
                (row.Measured(file) with { Revision = revision }).Write(connection, fields: null, keepsFields: true);
            }
        }

        if (change.ChangedRecord is var (project, record))
        {
            // An empty one is kept too: other processes have to hear of it.
            RecordRow.Of(project, record, revision).Write(connection);
        }
    }

    private List<CatalogedFile> Files(string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var (names, arguments) = (new InternedValues(), parameters.ToArray());

        return database.Read(connection => connection.Rows(
            $"SELECT {CatalogRow.Columns} FROM files {condition}", row => CatalogRow.Read(row, connection.Seal).ToFile(names), arguments).OfType<CatalogedFile>().ToList());
    }

    private static List<CatalogedFile> Find(CatalogConnection connection, DistributionIdentity identity)
    {
        var names = new InternedValues();

        return [.. Rows(connection, "WHERE identity = $identity AND removed = 0", ("$identity", identity.ToString())).Select(row => row.ToFile(names)).OfType<CatalogedFile>()];
    }

    private static CatalogRow? RowOf(CatalogConnection connection, string filename) =>
        Rows(connection, "WHERE filename = $filename", ("$filename", filename)) is [var row] ? row : null;

    private static List<CatalogRow> Rows(CatalogConnection connection, string condition, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        connection.Rows($"SELECT {CatalogRow.Columns} FROM files {condition}", row => CatalogRow.Read(row, connection.Seal), parameters);

    private static List<KeyValuePair<ProjectName, ProjectRecord>> Records(CatalogConnection connection, long afterRevision, InternedValues names)
    {
        var records = new List<KeyValuePair<ProjectName, ProjectRecord>>();
        foreach (var row in connection.Rows(
            $"SELECT {RecordRow.Columns} FROM projects WHERE revision > $after", row => RecordRow.Read(row, connection.Seal), ("$after", afterRevision)))
        {
            if (names.TryGet(row.Project, out var project))
            {
                records.Add(new(project, row.ToRecord()));
            }
        }

        return records;
    }

    private static MetadataFields FieldsIn(string json) =>
        new((JsonSerializer.Deserialize<string[][]>(json) ?? []).Where(field => field is [_, _]).Select(field => KeyValuePair.Create(field[0], field[1])));

    private static string? JsonOf(MetadataFields? fields) =>
        fields is null ? null : JsonSerializer.Serialize(fields.All().Select(field => new[] { field.Key, field.Value }));
}
