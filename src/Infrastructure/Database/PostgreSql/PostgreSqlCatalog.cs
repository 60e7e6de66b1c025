using System.Data;
using System.Text;
using Npgsql;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// A catalog in the database that servers share. Each storage of a repository has one of its own. It connects when it is first asked.
/// </summary>
/// <remarks>
/// A change locks the row of the catalog, takes the next revision from it, and notifies the other servers, all in one transaction: revisions become
/// visible in their order.
/// </remarks>
internal sealed class PostgreSqlCatalog : IIndexCatalog
{
    private const string Lock = "SELECT generation, revision FROM pywharf_catalogs WHERE id = $1 FOR UPDATE";

    private const string NotRemoved = "catalog = $1 AND NOT removed";

    // How long a change waits for others of this server, which take one connection all together. The engine's lock_timeout is the same.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(4);

    private readonly PostgreSqlDatabase _database;
    private readonly CatalogHandle _catalog;
    private readonly CatalogRevisions _revisions;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TimeProvider _time;
    private long _synced;

    /// <summary>Asks the database for nothing yet, but listens for changes.</summary>
    public PostgreSqlCatalog(PostgreSqlDatabase database, RepositoryName repository, string storage, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _catalog = new CatalogHandle(database, repository, storage, time);
        _revisions = new CatalogRevisions(database, _catalog);
    }

    /// <inheritdoc/>
    public long ChangeMark => _catalog.Revision;

    /// <inheritdoc/>
    public long Generation => _catalog.Generation;

    /// <inheritdoc/>
    public bool NeedsSync => Interlocked.Read(ref _synced) is not 0 and var synced && _catalog.Generation != synced;

    /// <inheritdoc/>
    public string? Trouble => _database.Trouble is null ? null : "The database can't be used now.";

    /// <inheritdoc/>
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => _revisions.CatchUpAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> IsCompleteAsync(CancellationToken cancellationToken = default) => (await _catalog.ReadAsync(cancellationToken)).Complete > 0;

    /// <inheritdoc/>
    public async ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken = default) => (await _catalog.ReadAsync(cancellationToken)).Revision;

    /// <inheritdoc/>
    public async ValueTask<long> BeginSyncAsync(CancellationToken cancellationToken = default)
    {
        var basis = (await _catalog.ReadAsync(cancellationToken)).Generation;
        Interlocked.Exchange(ref _synced, basis);

        return basis;
    }

    /// <inheritdoc/>
    public async ValueTask RenewAsync(CancellationToken cancellationToken = default) => await _catalog.RenewAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task MarkCompleteAsync(long basis, CancellationToken cancellationToken)
    {
        var state = await _catalog.ReadAsync(cancellationToken);
        if (state.Complete > 0 && state.Generation == basis)
        {
            return;
        }

        // With a new revision, so that servers with an older one read everything again: they may have files that the old generation had.
        await WriteAsync(
            $"UPDATE pywharf_catalogs SET revision = {Revisions.Next}, complete = {Revisions.Next} WHERE id = $1 RETURNING generation, revision",
            new CatalogChange { Basis = basis },
            isVisible: true,
            cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IndexChanges?> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken = default)
    {
        _catalog.NoteRevision(afterRevision);
        while (true)
        {
            var (id, known) = (await _catalog.GetIdAsync(cancellationToken), _catalog.Revision);
            var (state, changes) = await _database.UseAsync((connection, token) => ReadAsync(connection, id, afterRevision, token), cancellationToken);
            if (await _catalog.IsCurrentAsync(state, known, cancellationToken))
            {
                return changes ?? (state!.Complete > afterRevision ? await ReadAllAsync(id, cancellationToken) : null);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CatalogedFile?> FindAsync(string filename, CancellationToken cancellationToken = default) =>
        await FilesAsync("AND filename = $2", cancellationToken, filename) is [var file] ? file : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> FindAllAsync(IEnumerable<string> filenames, CancellationToken cancellationToken = default) =>
        filenames.ToArray() is { Length: > 0 } names ? await FilesAsync("AND filename = ANY ($2)", cancellationToken, [names]) : [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> FindAsync(DistributionIdentity identity, CancellationToken cancellationToken = default) =>
        await FilesAsync("AND identity = $2", cancellationToken, identity.ToString());

    /// <inheritdoc/>
    public async ValueTask<MetadataFields?> GetFieldsAsync(string filename, CancellationToken cancellationToken = default) =>
        await RowsAsync($"SELECT fields FROM pywharf_files WHERE {NotRemoved} AND filename = $2 AND fields IS NOT NULL", row => row.GetString(0), cancellationToken, filename)
            is [var json] ? FieldsJson.Read(json) : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetUndescribedAsync(int atMost, CancellationToken cancellationToken = default) =>
        await FilesAsync("AND fields IS NULL ORDER BY filename LIMIT $2", cancellationToken, atMost);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetUnmeasuredAsync(CancellationToken cancellationToken = default) =>
        await FilesAsync("AND (size IS NULL OR uploaded_at IS NULL)", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetWheelsWithoutMetadataAsync(CancellationToken cancellationToken = default) =>
        await FilesAsync("AND metadata_sha256 IS NULL AND filename LIKE '%.whl' ORDER BY filename", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetAllAsync(CancellationToken cancellationToken = default) => await FilesAsync("", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetByStampAsync(long stamp, CancellationToken cancellationToken = default) =>
        await FilesAsync("AND stamp = $2", cancellationToken, stamp);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogedFile>> GetByLocationAsync(string location, CancellationToken cancellationToken = default) =>
        await FilesAsync("AND location = $2", cancellationToken, location);

    /// <inheritdoc/>
    public async ValueTask<HashSet<string>> GetFilenamesAsync(string location, CancellationToken cancellationToken = default) =>
        (await RowsAsync($"SELECT filename FROM pywharf_files WHERE {NotRemoved} AND location = $2", row => row.GetString(0), cancellationToken, location))
            .ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> GetUploadTimeAsync(string filename, Sha256Digest sha256, CancellationToken cancellationToken = default)
    {
        var bytes = new byte[32];
        sha256.CopyTo(bytes);

        return await RowsAsync(
            "SELECT uploaded_at FROM pywharf_files WHERE catalog = $1 AND filename = $2 AND sha256 = $3 AND uploaded_at IS NOT NULL",
            row => row.GetInt64(0),
            cancellationToken,
            filename,
            bytes) is [var microseconds] ? UnixTime.FromMicroseconds(microseconds) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>>> GetRecordsAsync(CancellationToken cancellationToken = default) =>
        [.. (await RowsAsync("SELECT project, record FROM pywharf_projects WHERE catalog = $1", ReadRecord, cancellationToken))
            .OfType<KeyValuePair<ProjectName, ProjectRecord>>()];

    /// <inheritdoc/>
    public async ValueTask<ProjectRecord> GetRecordAsync(ProjectName project, CancellationToken cancellationToken = default) =>
        await RowsAsync("SELECT project, record FROM pywharf_projects WHERE catalog = $1 AND project = $2", ReadRecord, cancellationToken, project.ToString())
            is [{ Value: var record }] ? record : ProjectRecord.Empty;

    /// <inheritdoc/>
    public async ValueTask<Dictionary<string, long>> GetFoldersAsync(CancellationToken cancellationToken = default) =>
        (await RowsAsync("SELECT name, stamp FROM pywharf_folders WHERE catalog = $1", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), cancellationToken))
            .ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<long?> GetStampAsync(string folder, CancellationToken cancellationToken = default) =>
        await RowsAsync("SELECT stamp FROM pywharf_folders WHERE catalog = $1 AND name = $2", row => row.GetInt64(0), cancellationToken, folder) is [var stamp] ? stamp : null;

    /// <inheritdoc/>
    public async Task ChangeAsync(CatalogChange change, Action? durably = null, CancellationToken cancellationToken = default)
    {
        if (!change.IsEmpty)
        {
            await WriteAsync(change, durably: durably, cancellationToken: cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CatalogedFile>> AddUnlessThereAsync(CatalogedFile file)
    {
        IReadOnlyList<CatalogedFile> others = [];
        await WriteAsync(new CatalogChange { Published = [file] }, IsMissingAsync);

        return others;

        async Task<bool> IsMissingAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
        {
            others = await FilesAsync(
                connection, id, "AND identity = $2 AND filename <> $3", cancellationToken, file.File.Filename.Identity.ToString(), file.File.Filename.ToString());

            return others.Count == 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _revisions.Dispose();
        _writing.Dispose();
    }

    private Task WriteAsync(
        CatalogChange change,
        Func<NpgsqlConnection, long, CancellationToken, Task<bool>>? may = null,
        Action? durably = null,
        CancellationToken cancellationToken = default) => WriteAsync(
            change.IsVisible
                ? $"UPDATE pywharf_catalogs SET revision = {Revisions.Next}, modified_at = $2 WHERE id = $1 RETURNING generation, revision"
                : Lock,
            change,
            change.IsVisible,
            may,
            durably,
            cancellationToken);

    private async Task WriteAsync(
        string lockRow,
        CatalogChange change,
        bool isVisible,
        Func<NpgsqlConnection, long, CancellationToken, Task<bool>>? may = null,
        Action? durably = null,
        CancellationToken cancellationToken = default)
    {
        if (!await _writing.WaitAsync(WriteTimeout, cancellationToken))
        {
            throw new DatabaseUnavailableException("others change the index for longer than a change waits for them") { IsBusy = true };
        }

        try
        {
            while (true)
            {
                var id = await _catalog.GetIdAsync(cancellationToken);
                var revision = await _database.ChangeAsync(
                    async (connection, transaction, token) =>
                    {
                        if (may is not null && await LockAsync(connection, transaction, Lock, id, token) is var (_, before) && !await may(connection, id, token))
                        {
                            return before;
                        }

                        if (await LockAsync(connection, transaction, lockRow, id, token) is not var (generation, number))
                        {
                            return (long?)null;
                        }

                        if (change.Basis is { } basis && basis != generation)
                        {
                            throw new CatalogReplacedException();
                        }

                        await using var batch = new NpgsqlBatch(connection, transaction);
                        new CatalogWriter(id).Write(batch, change, isVisible ? number : null);
                        await batch.ExecuteNonQueryAsync(token);
                        durably?.Invoke();

                        return number;
                    },
                    cancellationToken);
                if (revision is { } committed)
                {
                    _catalog.NoteRevision(committed);

                    return;
                }

                _catalog.Forget(); // the row is gone: the database was restored, and a new one is made
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<(long Generation, long Revision)?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = id } } };
        if (sql.Contains("$2", StringComparison.Ordinal))
        {
            command.Parameters.Add(new() { Value = UnixTime.ToMicroseconds(_time.GetUtcNow()) });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>The state, and the changes after a revision; null where everything has to be read, or nothing is complete.</summary>
    private static async Task<(CatalogState? State, IndexChanges? Changes)> ReadAsync(
        NpgsqlConnection connection, long id, long after, CancellationToken cancellationToken)
    {
        // The state first: the rows are as new as that, or newer, and those are read again with the next revision.
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in (string[])
        [
            $"SELECT {CatalogHandle.Columns} FROM pywharf_catalogs WHERE id = $1 AND $2 >= 0",
            $"SELECT {FileRows.Columns} FROM pywharf_files WHERE catalog = $1 AND revision > $2 AND $2 > 0",
            "SELECT project, record FROM pywharf_projects WHERE catalog = $1 AND revision > $2 AND $2 > 0",
        ])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = id }, new() { Value = after } } });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var state = await reader.ReadAsync(cancellationToken) ? CatalogHandle.Read(reader) : null;
        if (state is null || state.Complete > after || after == 0)
        {
            return (state, null);
        }

        return (state, await ReadRowsAsync(reader, state, isWhole: false, cancellationToken));
    }

    /// <summary>Everything, of one moment; null where it is not complete any more.</summary>
    private async Task<IndexChanges?> ReadAllAsync(long id, CancellationToken cancellationToken) => await _database.UseAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var sql in (string[])
            [
                $"SELECT {CatalogHandle.Columns} FROM pywharf_catalogs WHERE id = $1",
                $"SELECT {FileRows.Columns} FROM pywharf_files WHERE {NotRemoved}",
                "SELECT project, record FROM pywharf_projects WHERE catalog = $1",
            ])
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = id } } });
            }

            await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);

            return await reader.ReadAsync(token) && CatalogHandle.Read(reader) is { Complete: > 0 } state ? await ReadRowsAsync(reader, state, isWhole: true, token) : null;
        },
        cancellationToken);

    private static async Task<IndexChanges> ReadRowsAsync(NpgsqlDataReader reader, CatalogState state, bool isWhole, CancellationToken cancellationToken)
    {
        var (rows, published, removed, records) = (new FileRows(), new List<PackageFile>(), new List<RemovedFile>(), new List<KeyValuePair<ProjectName, ProjectRecord>>());
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (FileRows.IsRemoved(reader))
            {
                removed.AddRange(rows.ReadRemoved(reader) is { } gone ? [gone] : []);
            }
            else if (rows.Read(reader) is { } file)
            {
                published.Add(file.File);
            }
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (ReadRecord(reader) is { } record)
            {
                records.Add(record);
            }
        }

        return new IndexChanges(state.Revision, UnixTime.FromMicroseconds(state.ModifiedAt), published, removed, records) { IsWhole = isWhole };
    }

    /// <summary>The record of a project; null where the project's name is invalid.</summary>
    private static KeyValuePair<ProjectName, ProjectRecord>? ReadRecord(NpgsqlDataReader row) => !ProjectName.TryParse(row.GetString(0), out var project)
        ? null
        : new(
            project,
            !row.IsDBNull(1) && RecordFile.TryRead(Encoding.UTF8.GetBytes(row.GetString(1)), "the catalog", out var record, out _) ? record : ProjectRecord.Unreadable);

    private async Task<IReadOnlyList<CatalogedFile>> FilesAsync(string condition, CancellationToken cancellationToken, params object[] values)
    {
        var id = await _catalog.GetIdAsync(cancellationToken);

        return await _database.UseAsync((connection, token) => FilesAsync(connection, id, condition, token, values), cancellationToken);
    }

    private static async Task<IReadOnlyList<CatalogedFile>> FilesAsync(
        NpgsqlConnection connection, long id, string condition, CancellationToken cancellationToken, params object[] values)
    {
        var rows = new FileRows();

        return [.. (await RowsAsync(connection, id, $"SELECT {FileRows.Columns} FROM pywharf_files WHERE {NotRemoved} {condition}", rows.Read, cancellationToken, values))
            .OfType<CatalogedFile>()];
    }

    private async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        var id = await _catalog.GetIdAsync(cancellationToken);

        return await _database.UseAsync((connection, token) => RowsAsync(connection, id, sql, read, token, values), cancellationToken);
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, long id, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = id } } };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
