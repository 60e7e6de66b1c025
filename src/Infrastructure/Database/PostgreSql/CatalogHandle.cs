using Npgsql;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The row of a catalog: found or made when it is first needed, and again where it is gone, as after a restore of the database. It knows the newest
/// revision and generation that this server has seen.
/// </summary>
internal sealed class CatalogHandle(PostgreSqlDatabase database, RepositoryName repository, string storage, TimeProvider time)
{
    /// <summary>The columns of <see cref="Read"/>.</summary>
    public const string Columns = "revision, modified_at, generation, complete";

    private long _id;
    private long _revision;
    private long _generation;

    /// <summary>Its number where it is known; 0 before.</summary>
    public long KnownId => Interlocked.Read(ref _id);

    /// <summary>The newest revision that is known to be committed; 0 before the first.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>The generation that was read last; 0 before.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>Notes a committed revision.</summary>
    public void NoteRevision(long revision)
    {
        for (var known = Revision; revision > known; known = Revision)
        {
            Interlocked.CompareExchange(ref _revision, revision, known);
        }
    }

    /// <summary>Forgets the row, which is gone.</summary>
    public void Forget() => Interlocked.Exchange(ref _id, 0);

    /// <summary>The number of the row, which is made where there is none.</summary>
    public async ValueTask<long> GetIdAsync(CancellationToken cancellationToken)
    {
        if (KnownId is not 0 and var known)
        {
            return known;
        }

        // Revisions and generations begin with the time, so that those of a catalog that was lost are older.
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var id = await database.UseAsync(
            async (connection, token) =>
            {
                await using var insert = new NpgsqlCommand(
                    """
                    INSERT INTO pywharf_catalogs (repository, storage, revision, modified_at, generation, complete) VALUES ($1, $2, $3, $4, $4, 0)
                        ON CONFLICT (repository, storage) DO UPDATE SET repository = excluded.repository RETURNING id
                    """,
                    connection)
                {
                    Parameters = { new() { Value = repository.ToString() }, new() { Value = storage }, new() { Value = Math.Max(Revision, now) }, new() { Value = now } },
                };

                return (long)(await insert.ExecuteScalarAsync(token))!;
            },
            cancellationToken);
        Interlocked.Exchange(ref _id, id);

        return id;
    }

    /// <summary>Reads the row.</summary>
    public async Task<CatalogState> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (id, known) = (await GetIdAsync(cancellationToken), Revision);
            var state = await database.UseAsync(
                async (connection, token) =>
                {
                    await using var select = new NpgsqlCommand($"SELECT {Columns} FROM pywharf_catalogs WHERE id = $1", connection) { Parameters = { new() { Value = id } } };

                    return await ReadAsync(select, token);
                },
                cancellationToken);
            if (await IsCurrentAsync(state, known, cancellationToken))
            {
                return state!;
            }
        }
    }

    /// <summary>
    /// Notes what the row says. False where the database was restored from a backup, so that the row is gone, or older than what this server knew: then a
    /// new generation has begun, and the row has to be read again.
    /// </summary>
    /// <param name="state">The row; null where it is gone.</param>
    /// <param name="known">The revision that was known before it was read.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<bool> IsCurrentAsync(CatalogState? state, long known, CancellationToken cancellationToken)
    {
        if (state is null)
        {
            Forget();

            return false;
        }

        if (state.Revision < known)
        {
            await RenewAsync(cancellationToken);

            return false;
        }

        Interlocked.Exchange(ref _generation, state.Generation);
        NoteRevision(state.Revision);

        return true;
    }

    /// <summary>
    /// Begins a new generation, with a revision above all that were in use. The rows stay, and count as complete after the next scan of the storage.
    /// </summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var id = await GetIdAsync(cancellationToken);
        var state = await database.ChangeAsync(
            async (connection, transaction, token) =>
            {
                await using var update = new NpgsqlCommand(
                    $"""
                    UPDATE pywharf_catalogs SET revision = GREATEST(revision, $2) + 1, modified_at = $3, generation = generation + 1, complete = 0 WHERE id = $1
                        RETURNING {Columns}
                    """,
                    connection,
                    transaction)
                {
                    Parameters = { new() { Value = id }, new() { Value = Revision }, new() { Value = UnixTime.ToMicroseconds(time.GetUtcNow()) } },
                };
                var renewed = await ReadAsync(update, token);
                await using var folders = new NpgsqlCommand("DELETE FROM pywharf_folders WHERE catalog = $1", connection, transaction)
                {
                    Parameters = { new() { Value = id } },
                };
                await folders.ExecuteNonQueryAsync(token);

                return renewed;
            },
            cancellationToken);
        if (state is null)
        {
            Forget();

            return;
        }

        Interlocked.Exchange(ref _generation, state.Generation);
        NoteRevision(state.Revision);
    }

    /// <summary>The row that a reader is at.</summary>
    public static CatalogState Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));

    private static async Task<CatalogState?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }
}
