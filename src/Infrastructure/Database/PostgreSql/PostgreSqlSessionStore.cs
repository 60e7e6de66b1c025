using System.Collections.Concurrent;
using Npgsql;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Sessions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Sessions in the database: those that one server begins are known to all, and gone for all once they are ended. What this server has seen lately is
/// remembered, for when the database is away.
/// </summary>
internal sealed class PostgreSqlSessionStore(PostgreSqlDatabase database, TimeProvider time) : ISessionStore, IDisposable
{
    // Ids that this server has not seen yet may be invented: they share some connections of the pool.
    private const int MostUnknownLookups = 4;

    // How exactly idle times are measured; each costs a write.
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    // How long a session goes on while the database is away.
    private static readonly TimeSpan Remembrance = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _unknownLookups = new(MostUnknownLookups);
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private volatile int _count;

    /// <inheritdoc/>
    public int Count => _count;

    /// <inheritdoc/>
    public async Task<string> BeginAsync(RepositoryName repository, Credential credential, AuditActor actor, CancellationToken cancellationToken)
    {
        var id = SessionToken.New();
        var now = time.GetUtcNow();
        var row = new SessionRow(
            repository.ToString(), actor.Name, SealedSession.Seal(id, credential, SessionToken.New()), Notice: null, now + SessionLimits.Lifetime, now);
        await database.ChangeAsync(
            (connection, transaction, token) => SessionQueries.AddAsync(connection, transaction, KeyOf(id), row, token), cancellationToken);

        return id;
    }

    /// <inheritdoc/>
    public async ValueTask<Session?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var digest = SessionToken.DigestOf(id);
        var isKnown = _remembered.ContainsKey(digest);
        if (!isKnown)
        {
            await _unknownLookups.WaitAsync(cancellationToken);
        }

        try
        {
            return await ReadAsync(id, digest, cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            var now = time.GetUtcNow();

            return _remembered.GetValueOrDefault(digest) is { } last && now - last.ReadAt < Remembrance && IsAlive(last.Session.ExpiresAt, last.ReadAt, now) ? last.Session : null;
        }
        finally
        {
            if (!isKnown)
            {
                _unknownLookups.Release();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask LeaveNoticeAsync(string id, string notice, CancellationToken cancellationToken)
    {
        try
        {
            await database.UseAsync((connection, token) => SessionQueries.LeaveNoticeAsync(connection, KeyOf(id), notice, token), cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // The action was done: its text is lost.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> TakeNoticeAsync(string id, CancellationToken cancellationToken)
    {
        if (_remembered.GetValueOrDefault(SessionToken.DigestOf(id)) is not { Notice: { } notice } last)
        {
            return null;
        }

        try
        {
            await database.UseAsync((connection, token) => SessionQueries.ForgetNoticeAsync(connection, KeyOf(id), token), cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // It is shown once more when the database is back.
        }

        _remembered.TryUpdate(SessionToken.DigestOf(id), last with { Notice = null }, last);

        return notice;
    }

    /// <inheritdoc/>
    public async ValueTask EndAsync(string id, CancellationToken cancellationToken)
    {
        _remembered.TryRemove(SessionToken.DigestOf(id), out _);
        await database.UseAsync((connection, token) => SessionQueries.RemoveAsync(connection, KeyOf(id), token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (digest, last) in _remembered)
        {
            if (now - last.ReadAt >= Remembrance)
            {
                _remembered.TryRemove(KeyValuePair.Create(digest, last));
            }
        }

        try
        {
            _count = await database.UseAsync((connection, token) => SessionQueries.RemoveExpiredAsync(connection, now, token), cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or NpgsqlException)
        {
            // The next request that needs the database says why; they expire nevertheless.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _unknownLookups.Dispose();

    private static byte[] KeyOf(string id) => Convert.FromHexString(SessionToken.DigestOf(id));

    private static bool IsAlive(DateTimeOffset expires, DateTimeOffset seen, DateTimeOffset now) => expires > now && seen + SessionLimits.IdleLifetime > now;

    private async Task<Session?> ReadAsync(string id, string digest, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await database.UseAsync(
            async (connection, token) =>
            {
                var found = await SessionQueries.FindAsync(connection, KeyOf(id), token);
                if (found is not null && IsAlive(found.Expires, found.Seen, now) && now - found.Seen >= SeenPrecision)
                {
                    await SessionQueries.TouchAsync(connection, KeyOf(id), now, token);
                }

                return found;
            },
            cancellationToken);
        if (row is null || !IsAlive(row.Expires, row.Seen, now) || (_remembered.GetValueOrDefault(digest)?.Session ?? Open(id, row)) is not { } session)
        {
            _remembered.TryRemove(digest, out _);

            return null;
        }

        if (_remembered.Count < SessionLimits.MostSessions || _remembered.ContainsKey(digest))
        {
            _remembered[digest] = new Remembered(session, now, row.Notice);
        }

        return session;
    }

    private static Session? Open(string id, SessionRow row) =>
        RepositoryName.TryParse(row.Repository, out var repository, out _) && SealedSession.Open(id, row.Sealed) is var (credential, csrfToken)
            ? new Session(repository, new AuditActor(AuditActor.Session, row.Actor), credential, csrfToken, row.Expires)
            : null;

    /// <summary>A session as this server read it last.</summary>
    private sealed record Remembered(Session Session, DateTimeOffset ReadAt, string? Notice);
}
