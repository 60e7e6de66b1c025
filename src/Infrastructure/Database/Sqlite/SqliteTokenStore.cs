using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// Tokens in <c>ROOT/tokens.db</c>, which is made with the first one. Requests find them in an immutable snapshot behind one volatile field, which is
/// replaced when this or another process changed the database. Without a database a refresh costs one <c>stat</c>.
/// </summary>
internal sealed partial class SqliteTokenStore : ITokenStore, IDisposable
{
    /// <summary>The name of the database in the root folder.</summary>
    public const string FileName = "tokens.db";

    // Another process may lock the database for a moment; what is known is used meanwhile.
    private static readonly TimeSpan LongestLock = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _lockFile;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private readonly Lock _lock = new();
    private readonly TokenUses _uses;

    // Who looks for an unknown token now; also guards _lookedAt.
    private bool _isLooking;
    private long _lookedAt;

    private volatile FrozenDictionary<Sha256Digest, AccessToken> _tokens = FrozenDictionary<Sha256Digest, AccessToken>.Empty;

    // All below under the lock.
    private TokenDatabase? _database;
    private FileStamp? _stamp;
    private long _dataVersion;
    private long _readAt;
    private string? _problem;
    private bool _isUseUnwritable;

    // A scope's project list page is cached by the object, so scopes are kept from one snapshot to the next.
    private Dictionary<string, ProjectScope> _scopes = new(StringComparer.Ordinal);

    /// <param name="path">The database's file.</param>
    /// <param name="lockFile">Held while the database is created.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the database can't be used.</param>
    public SqliteTokenStore(string path, string lockFile, TimeProvider time, ILogger<SqliteTokenStore> logger)
    {
        (_path, _lockFile) = (path, lockFile);
        (_time, _logger, _uses) = (time, logger, new TokenUses(time));
        _readAt = _lookedAt = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public ValueTask<AccessToken?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        new(_tokens.GetValueOrDefault(digest) ?? (TryReadNow() ? _tokens.GetValueOrDefault(digest) : null));

    /// <inheritdoc/>
    public Task<AccessToken?> FindByNameAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken) =>
        Task.FromResult(Use(() => Read()?.Find(repository, name)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccessToken>> ListAsync(RepositoryName repository, CancellationToken cancellationToken) => Task.FromResult(Use(() =>
    {
        var database = Read();
        WriteUses();

        return (IReadOnlyList<AccessToken>?)database?.List(repository) ?? [];
    }));

    /// <inheritdoc/>
    public async Task<TokenAddition> TryAddAsync(AccessToken token, int most, CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            await CreateAsync(cancellationToken);
        }

        return Use(() =>
        {
            var database = Read() ?? throw new IOException("it was removed just now");
            var addition = database.TryAdd(token, most);
            if (addition == TokenAddition.Added)
            {
                _tokens = _tokens.Append(KeyValuePair.Create(token.Digest, token)).ToFrozenDictionary();
            }

            return addition;
        });
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken) => Task.FromResult(Use(() =>
    {
        var isRemoved = Read()?.Remove(repository, name) == true;
        if (isRemoved)
        {
            _tokens = _tokens.Where(pair => pair.Value.Repository != repository || pair.Value.Name != name).ToFrozenDictionary();
        }

        return isRemoved;
    }));

    /// <inheritdoc/>
    public void Used(AccessToken token)
    {
        if (!token.IsConfigured)
        {
            _uses.Note(token);
        }
    }

    /// <inheritdoc/>
    public Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            try
            {
                Read();
                WriteUses();
                if (_problem is not null)
                {
                    Log.Readable(_logger, _path);
                    _problem = null;
                }
            }
            catch (Exception exception) when (IsFault(exception))
            {
                if (!IsBusy(exception) || _time.GetElapsedTime(_readAt) > LongestLock)
                {
                    OpenNothing(exception.Message);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            WriteUses();
            Close();
        }
    }

    /// <summary>
    /// Looks for changes at once, for a token that may have been made just now by another process; at most twenty times a second, whoever shows unknown
    /// tokens. One request at a time looks, and waits for uses that are just being written; others do without.
    /// </summary>
    private bool TryReadNow()
    {
        if (Interlocked.Exchange(ref _isLooking, true))
        {
            return false;
        }

        var isMine = false;
        try
        {
            isMine = _time.GetElapsedTime(_lookedAt) >= ShortestWait && _lock.TryEnter(LongestLook);
            if (isMine)
            {
                _lookedAt = _time.GetTimestamp();
                Read();
            }

            return isMine;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return false; // RefreshAsync meets the same within a second, and logs it
        }
        finally
        {
            if (isMine)
            {
                _lock.Exit();
            }

            Volatile.Write(ref _isLooking, false);
        }
    }

    /// <summary>Reads the database if it has changed; null if there is none.</summary>
    private TokenDatabase? Read()
    {
        if (FileStamp.Of(_path) is not { } stamp)
        {
            Close();
            _tokens = FrozenDictionary<Sha256Digest, AccessToken>.Empty;

            return null;
        }

        // Also where the file was replaced or overwritten by something else than SQLite.
        if (_database is null || stamp != _stamp || _database.HasMoved)
        {
            Close();
            _stamp = FileStamp.Of(_path);
            _database = TokenDatabase.Open(_path);
            _dataVersion = -1;
        }

        // Before the rows: a change that comes between is read the next time.
        var version = _database.DataVersion;
        if (version != _dataVersion)
        {
            ReadAll(_database);
            _dataVersion = version;
        }

        _readAt = _time.GetTimestamp();

        return _database;
    }

    private void ReadAll(TokenDatabase database)
    {
        var scopes = new Dictionary<string, ProjectScope>(StringComparer.Ordinal);
        _tokens = database.ReadAll(ScopeOf).Select(token => KeyValuePair.Create(token.Digest, token)).ToFrozenDictionary();
        _scopes = scopes;
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
    private void WriteUses()
    {
        try
        {
            if (_database is not null)
            {
                _uses.Write(_database.TryWriteUses);
                _isUseUnwritable = false;
            }
        }
        catch (Exception exception) when (IsFault(exception))
        {
            if (!_isUseUnwritable)
            {
                Log.UsesNotWritten(_logger, _path, exception.Message);
                _isUseUnwritable = true;
            }
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_lockFile) ?? "/");
        using var held = await FileLock.AcquireAsync(_lockFile, _time, cancellationToken);
        Use(() =>
        {
            if (!File.Exists(_path))
            {
                Close();
                TokenDatabase.Create(_path);
            }

            return true;
        });
    }

    /// <summary>Uses the database. An exception tells which file it is about.</summary>
    private T Use<T>(Func<T> use)
    {
        lock (_lock)
        {
            try
            {
                return use();
            }
            catch (Exception exception) when (exception is SqliteException or InvalidDataException)
            {
                if (!IsBusy(exception))
                {
                    Close(); // so that it is checked before it is used again
                }

                throw new IOException($"The tokens in {_path} can't be used: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Closes the database, of which no token opens anything then.</summary>
    private void OpenNothing(string problem)
    {
        Close();
        _tokens = FrozenDictionary<Sha256Digest, AccessToken>.Empty;
        if (problem != _problem)
        {
            Log.Unreadable(_logger, _path, problem);
            _problem = problem;
        }
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }

    private static bool IsFault(Exception exception) => exception is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    private static bool IsBusy(Exception exception) => exception is SqliteException { SqliteErrorCode: 5 or 6 }; // SQLITE_BUSY, SQLITE_LOCKED

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The tokens in {Path} can't be read, so that none of them opens anything until they can; tokens and secrets of the configuration go on working: {Why}")]
        public static partial void Unreadable(ILogger logger, string path, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "The tokens in {Path} can be read again.")]
        public static partial void Readable(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "On which day tokens were used can't be written to {Path}, which is tried again: {Why}")]
        public static partial void UsesNotWritten(ILogger logger, string path, string why);
    }
}
