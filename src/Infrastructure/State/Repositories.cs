using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The repositories in use: an immutable set, replaced by a single write. Requests that hold a repository of the old set finish with it; it is closed
/// after the last one.
/// </summary>
internal sealed partial class Repositories(IConfigurationStore kept, ServerRoot root, RepositoryOpener opener, ILogger<Repositories> logger) : IRepositories, IDisposable
{
    private static readonly Failure Unreadable = new(
        FailureKind.Unavailable,
        "The server's root folder or database holds a configuration that can't be used, so nothing was changed. The server's log says what is wrong with it.");

    private static readonly Failure ChangedByHand = new(
        FailureKind.Conflict,
        "config.toml or admin_secret.toml in the server's root folder was changed by hand since this server read it, so nothing was changed. Send the server SIGHUP first, or restart it.");

    private static readonly Failure ChangedElsewhere = new(
        FailureKind.Conflict,
        "Another server on this root folder or database was given a configuration since this one started, which goes by --config, so nothing was changed. Send this one SIGHUP first, or restart it.");

    private readonly SemaphoreSlim _replacing = new(1);
    private volatile InUse? _inUse;

    // The stamp of the stored configuration when this server read its own: a server with --config notices by it that another server stored one.
    private string _stampSeen = "";

    /// <inheritdoc/>
    public RepositorySet? Current => _inUse?.Set;

    /// <inheritdoc/>
    public bool IsConfigurationKnown => _inUse is not null || kept.IsKnown;

    /// <inheritdoc/>
    public event Action<RepositorySet>? Replaced;

    // Whether another configuration was stored than is in use, as far as is known. A server with --config ignores those.
    private bool IsOutdated => _inUse is null ? kept.Exists : IsOther(kept.Stamp);

    /// <inheritdoc/>
    public Failure? Check(ConfigurationDocuments documents) => opener.Read(documents, new ConfigurationAuthor.ServerOperator(), current: null).Failure;

    /// <inheritdoc/>
    public Outcome<RepositorySet> Open(ConfigurationDocuments documents)
    {
        _stampSeen = kept.Stamp;
        var opened = opener.Open(documents, new ConfigurationAuthor.ServerOperator(), current: null);
        if (opened.Failure is null)
        {
            Swap(new InUse(opened.Value, documents));
        }

        return opened;
    }

    /// <inheritdoc/>
    public Outcome<Repository> OpenOne(ConfigurationDocuments documents, RepositoryName name, Secret? secret)
    {
        var opened = opener.OpenOne(documents, name, secret);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        Swap(new InUse(opened.Value, documents));

        return opened.Value.All[0];
    }

    /// <inheritdoc/>
    public Outcome<RepositorySet> OpenSome(ConfigurationDocuments documents, IReadOnlyList<RepositoryName> names, RepositoryName? creates)
    {
        var opened = opener.OpenSome(documents, names, creates);
        if (opened.Failure is null)
        {
            Swap(new InUse(opened.Value, documents));
        }

        return opened;
    }

    /// <inheritdoc/>
    public Outcome<IReadOnlyList<Repository>> OpenWithUpstream(ConfigurationDocuments documents, RepositoryName name)
    {
        var opened = opener.OpenWithUpstream(documents, name);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        Swap(new InUse(opened.Value, documents));

        return Outcome.Of<IReadOnlyList<Repository>>([.. opened.Value.Find(name)?.Members ?? [], .. opened.Value.All.Where(repository => repository.Name == name)]);
    }

    /// <inheritdoc/>
    public Outcome<RepositorySet> OpenWithoutStorage(ConfigurationDocuments documents)
    {
        var opened = opener.OpenWithoutStorage(documents);
        if (opened.Failure is null)
        {
            Swap(new InUse(opened.Value, documents));
        }

        return opened;
    }

    /// <inheritdoc/>
    public async Task<Outcome<RepositorySet>> ReplaceAsync(
        ConfigurationDocuments documents,
        Func<RepositorySet?, Outcome<ConfigurationAuthor>> authorOf,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken)
    {
        await _replacing.WaitAsync(cancellationToken);
        try
        {
            Outcome<RepositorySet>? replaced;
            do
            {
                replaced = await TryReplaceAsync(documents, authorOf, beforeCommit, cancellationToken);
            }
            while (replaced is null);

            return replaced.Value;
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<Outcome<RepositorySet>> ReloadAsync(
        Func<CancellationToken, Task<Outcome<ConfigurationDocuments>>> read, CancellationToken cancellationToken)
    {
        await _replacing.WaitAsync(cancellationToken);
        try
        {
            var stamp = kept.Stamp;
            var documents = await read(cancellationToken);
            if (documents.Failure is { } unreadable)
            {
                return unreadable;
            }

            var opened = opener.Open(documents.Value, new ConfigurationAuthor.ServerOperator(), current: null);
            if (opened.Failure is null)
            {
                await TakeAsync(opened.Value, documents.Value, cancellationToken);
                _stampSeen = stamp;
            }

            return opened;
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<Failure?> FollowAsync(CancellationToken cancellationToken)
    {
        if (!IsOutdated)
        {
            return null;
        }

        await _replacing.WaitAsync(cancellationToken);
        try
        {
            return await LoadStoredAsync(cancellationToken);
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _inUse, null)?.Set.Dispose();
        _replacing.Dispose();
    }

    /// <summary>Null where another server stored a configuration meanwhile: try again.</summary>
    private async Task<Outcome<RepositorySet>?> TryReplaceAsync(
        ConfigurationDocuments documents,
        Func<RepositorySet?, Outcome<ConfigurationAuthor>> authorOf,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken)
    {
        var unusable = IsOutdated ? await LoadStoredAsync(cancellationToken) : null;
        var author = authorOf(Current);
        if (author.Failure is { } unauthorized)
        {
            return unauthorized;
        }

        var isOperator = author.Value is ConfigurationAuthor.ServerOperator;
        if (unusable is not null && !isOperator)
        {
            return Unreadable;
        }

        var opened = opener.Open(documents, author.Value, _inUse?.Documents);
        if (opened.Failure is not null)
        {
            return opened;
        }

        var isUsed = false;
        try
        {
            if (await ReadIndexesAsync(opened.Value, cancellationToken) is { } unreadable)
            {
                return unreadable;
            }

            // Stored before it is used: a server that is killed now starts with what was sent.
            var stored = await StoreAsync(documents, isOperator, overrides: unusable is not null, beforeCommit, cancellationToken);
            if (stored is not { } done)
            {
                return null;
            }

            if (done.Failure is { } notKept)
            {
                return notKept;
            }

            isUsed = true;
            Swap(new InUse(opened.Value, done.Value));
            root.NoteInUse(done.Value);

            return opened;
        }
        finally
        {
            if (!isUsed)
            {
                opened.Value.Dispose();
            }
        }
    }

    /// <summary>Stores the documents; null where another server stored a configuration meanwhile.</summary>
    private async Task<Outcome<ConfigurationDocuments>?> StoreAsync(
        ConfigurationDocuments documents, bool isOperator, bool overrides, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        try
        {
            return await kept.ChangeAsync<Outcome<ConfigurationDocuments>?>(
                async stored =>
                {
                    var now = overrides || _inUse is { Documents.StoredAs: null } ? null : await stored.ReadAsync(cancellationToken);
                    if (!overrides && (_inUse is null ? now is not null : IsOther(stored.Stamp)))
                    {
                        return null;
                    }

                    return !overrides && ChangeOfOthers(now, stored.Stamp, isOperator) is { } changed ? changed
                        : await beforeCommit() is { } failure ? failure
                        : await stored.KeepAsync(documents, cancellationToken);
                },
                cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, exception.Message);

            return new Failure(FailureKind.Unavailable, $"The configuration can't be kept in {kept.Place}, so nothing was changed. The server's log says why.");
        }
    }

    private bool IsOther(string stamp) => _inUse?.Documents.StoredAs is { } own && own != stamp;

    /// <summary>The failure where the stored configuration is not the one that this server knows; null where it is.</summary>
    private Failure? ChangeOfOthers(ConfigurationDocuments? now, string stamp, bool isOperator)
    {
        if (_inUse is not { Documents: var documents })
        {
            return null;
        }

        if (documents.StoredAs is null)
        {
            return !isOperator && stamp != _stampSeen ? ChangedElsewhere : null;
        }

        return now is null || (now.Config == documents.Config && now.AdminSecret == documents.AdminSecret) ? null : ChangedByHand;
    }

    /// <summary>Loads the stored configuration, unless it is in use.</summary>
    private async Task<Failure?> LoadStoredAsync(CancellationToken cancellationToken)
    {
        ConfigurationDocuments? documents;
        try
        {
            documents = await kept.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, exception.Message);
        }

        if (documents is null || documents.StoredAs == _inUse?.Documents.StoredAs)
        {
            return null;
        }

        var opened = opener.Open(documents, new ConfigurationAuthor.ServerOperator(), current: null);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        await TakeAsync(opened.Value, documents, cancellationToken);
        Log.Followed(logger, documents.ConfigName);

        return null;
    }

    private static async Task<Failure?> ReadIndexesAsync(RepositorySet set, CancellationToken cancellationToken)
    {
        foreach (var repository in set.All)
        {
            if ((await repository.SyncAsync(cancellationToken)).Failure is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Takes a set into use. Indexes come from their catalogs, which the background compares with their storages later, but for a new repository's.</summary>
    private async Task TakeAsync(RepositorySet set, ConfigurationDocuments documents, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var repository in set.All)
            {
                _ = await repository.RefreshAsync(cancellationToken);
                if (repository.Index is null)
                {
                    // A failure is met again by the background, and logged there.
                    _ = await repository.SyncAsync(cancellationToken);
                }
            }

            root.NoteInUse(documents);
        }
        catch
        {
            set.Dispose();
            throw;
        }

        Swap(new InUse(set, documents));
    }

    private void Swap(InUse next)
    {
        var previous = Interlocked.Exchange(ref _inUse, next);
        Replaced?.Invoke(next.Set);
        previous?.Set.Dispose();
    }

    private sealed record InUse(RepositorySet Set, ConfigurationDocuments Documents);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The configuration that was sent can't be kept, so nothing was changed: {Cause}")]
        public static partial void NotKept(ILogger logger, string cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "Took the configuration that another server was given: {File}")]
        public static partial void Followed(ILogger logger, string file);
    }
}
