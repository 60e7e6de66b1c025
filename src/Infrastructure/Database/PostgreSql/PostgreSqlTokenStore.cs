using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Npgsql;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Tokens in the database. Requests find them in an immutable snapshot behind one volatile field, which is read again when a change is notified, and each
/// second where notifications are missed. While the database is away the snapshot goes on.
/// </summary>
internal sealed partial class PostgreSqlTokenStore : ITokenStore, IDisposable
{
    // Of unknown tokens, whoever shows them.
    private const int MostLookups = 20;

    private static readonly TimeSpan LookupWindow = TimeSpan.FromSeconds(1);

    private readonly PostgreSqlDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TokenUses _uses;
    private readonly IDisposable _listening;
    private readonly SemaphoreSlim _turn = new(1);

    // Days of uses are written by one at a time: what is read after that has those, too, whose writing had begun.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lookingUp = new();

    private volatile FrozenDictionary<Sha256Digest, AccessToken> _tokens = FrozenDictionary<Sha256Digest, AccessToken>.Empty;
    private bool _isRefreshDue;

    // Under _turn.
    private long _revision = -1;
    private string? _problem;

    // A scope's project list page is cached by the object, so scopes are kept from one snapshot to the next.
    private Dictionary<string, ProjectScope> _scopes = new(StringComparer.Ordinal);

    // Under _lookingUp.
    private long _windowBegan;
    private int _lookups;

    public PostgreSqlTokenStore(PostgreSqlDatabase database, TimeProvider time, ILogger<PostgreSqlTokenStore> logger)
    {
        (_database, _time, _logger, _uses) = (database, time, logger, new TokenUses(time));
        _windowBegan = time.GetTimestamp();
        _listening = database.Listen(TokenQueries.Channel, _ => RefreshSoon(), RefreshSoon);
    }

    /// <inheritdoc/>
    public ValueTask<AccessToken?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        _tokens.TryGetValue(digest, out var token) ? new(token) : TryLookUp() ? LookUpAsync(digest, cancellationToken) : default;

    /// <inheritdoc/>
    public Task<AccessToken?> FindByNameAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken) =>
        _database.UseAsync(
            (connection, token) => TokenQueries.FindAsync(connection, "repository = $1 AND name = $2", token, repository.ToString(), name.ToString()), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        await WriteUsesAsync(cancellationToken);

        return await _database.UseAsync(
            (connection, token) => TokenQueries.ReadAsync(connection, "WHERE repository = $1 ORDER BY name", TokenColumns.ScopeOf, token, repository.ToString()),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<TokenAddition> TryAddAsync(AccessToken token, int most, CancellationToken cancellationToken)
    {
        var addition = await _database.ChangeAsync((connection, transaction, stop) => TokenQueries.AddAsync(connection, transaction, token, most, stop), cancellationToken);
        if (addition == TokenAddition.Added)
        {
            await ChangeSnapshotAsync(tokens => tokens.Append(KeyValuePair.Create(token.Digest, token)));
        }

        return addition;
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken)
    {
        var isRemoved = await _database.ChangeAsync(
            (connection, transaction, token) => TokenQueries.RemoveAsync(connection, transaction, repository, name, token), cancellationToken);
        await ChangeSnapshotAsync(tokens => tokens.Where(pair => pair.Value.Repository != repository || pair.Value.Name != name));

        return isRemoved;
    }

    /// <inheritdoc/>
    public void Used(AccessToken token)
    {
        if (!token.IsConfigured)
        {
            _uses.Note(token);
        }
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Volatile.Write(ref _isRefreshDue, false);
            await ReadChangesAsync(cancellationToken);
            if (_problem is not null)
            {
                Log.Readable(_logger);
                _problem = null;
            }
        }
        catch (DatabaseUnavailableException)
        {
            // The database has logged why, and the known tokens go on.
        }
        catch (Exception exception) when (exception is FormatException or NpgsqlException)
        {
            if (_problem != exception.Message)
            {
                Log.Unreadable(_logger, exception.Message);
                _problem = exception.Message;
            }
        }
        finally
        {
            _turn.Release();
        }

        await WriteUsesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _listening.Dispose();

    private void RefreshSoon()
    {
        // One that waits for its turn reads this change, too.
        if (!Interlocked.Exchange(ref _isRefreshDue, true))
        {
            _ = Task.Run(() => RefreshAsync(CancellationToken.None));
        }
    }

    private bool TryLookUp()
    {
        lock (_lookingUp)
        {
            if (_time.GetElapsedTime(_windowBegan) >= LookupWindow)
            {
                (_windowBegan, _lookups) = (_time.GetTimestamp(), 0);
            }

            return _lookups++ < MostLookups;
        }
    }

    /// <summary>Looks for a token that may have been made just now by another server.</summary>
    private async ValueTask<AccessToken?> LookUpAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await _database.UseAsync(
                (connection, token) => TokenQueries.FindAsync(connection, "sha256 = $1", token, digest.ToString()), cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or FormatException or NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Changes the snapshot after the database, while no older one is being read.</summary>
    private async Task ChangeSnapshotAsync(
        Func<IEnumerable<KeyValuePair<Sha256Digest, AccessToken>>, IEnumerable<KeyValuePair<Sha256Digest, AccessToken>>> change)
    {
        await _turn.WaitAsync();
        try
        {
            // By digest: another refresh may have read the same change.
            _tokens = change(_tokens).DistinctBy(pair => pair.Key).ToFrozenDictionary();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReadChangesAsync(CancellationToken cancellationToken)
    {
        // Before the rows: a change that comes between is read the next time.
        var revision = await _database.UseAsync(TokenQueries.ReadRevisionAsync, cancellationToken);
        if (revision == _revision)
        {
            return;
        }

        var scopes = new Dictionary<string, ProjectScope>(StringComparer.Ordinal);
        var tokens = await _database.UseAsync((connection, token) => TokenQueries.ReadAsync(connection, "", ScopeOf, token), cancellationToken);
        _tokens = tokens.Select(token => KeyValuePair.Create(token.Digest, token)).ToFrozenDictionary();
        (_scopes, _revision) = (scopes, revision);
        _uses.Keep(_tokens);

        ProjectScope ScopeOf(string patterns)
        {
            if (!scopes.TryGetValue(patterns, out var scope))
            {
                scopes[patterns] = scope = _scopes.GetValueOrDefault(patterns) ?? TokenColumns.ScopeOf(patterns);
            }

            return scope;
        }
    }

    /// <summary>Writes on which days tokens were used. Never fails: what can't be written is tried again.</summary>
    private async Task WriteUsesAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        var uses = _uses.Take();
        var isWritten = uses.Count == 0;
        try
        {
            if (isWritten)
            {
                return;
            }

            await _database.UseAsync((connection, token) => TokenQueries.WriteUsesAsync(connection, uses, token), cancellationToken);
            isWritten = true;
        }
        catch (DatabaseUnavailableException)
        {
            // The database has logged why.
        }
        finally
        {
            if (!isWritten)
            {
                _uses.PutBack(uses);
            }

            _writing.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The tokens in the database can't be read, so that the ones read before go on: {Why}")]
        public static partial void Unreadable(ILogger logger, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "The tokens in the database can be read again.")]
        public static partial void Readable(ILogger logger);
    }
}
