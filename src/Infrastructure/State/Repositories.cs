using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The repositories in use: one immutable set, replaced by a single write. Whoever took the old set goes on with it; it is closed a while
/// after nobody can take it any more.
/// </summary>
internal sealed class Repositories(ServerRoot root, BackendCatalog backends, TimeProvider time) : IRepositories, IDisposable
{
    // No request holds a repository this long. Uploads look it up again when they have been received; but then one to GitHub may go on from here, for
    // 45 minutes at most with what belongs to it.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    private readonly SemaphoreSlim _replacing = new(1);
    private volatile RepositorySet? _current;

    /// <inheritdoc/>
    public RepositorySet? Current => _current;

    /// <inheritdoc/>
    public event Action<RepositorySet>? Replaced;

    /// <inheritdoc/>
    public Outcome<RepositorySet> Open(ConfigurationDocuments documents)
    {
        var opened = OpenSet(documents);
        if (opened.Failure is null)
        {
            Swap(opened.Value);
        }

        return opened;
    }

    /// <inheritdoc/>
    public async Task<Outcome<RepositorySet>> ReplaceAsync(
        ConfigurationDocuments documents, Func<RepositorySet?, Failure?> mayReplace, CancellationToken cancellationToken)
    {
        await _replacing.WaitAsync(cancellationToken);
        try
        {
            if (mayReplace(_current) is { } refused)
            {
                return refused;
            }

            var opened = OpenSet(documents);
            if (opened.Failure is not null)
            {
                return opened;
            }

            if (await ReadIndexesAsync(opened.Value, cancellationToken) is { } unreadable)
            {
                opened.Value.Dispose();

                return unreadable;
            }

            try
            {
                // Kept first: a server that is killed now comes back with what it was about to say «Done» to.
                root.Keep(documents);
            }
            catch
            {
                opened.Value.Dispose();
                throw;
            }

            Swap(opened.Value);

            return opened;
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _replacing.Dispose();
    }

    private Outcome<RepositorySet> OpenSet(ConfigurationDocuments documents)
    {
        bool OnlyRaw(RepositoryConfig config) => documents.AreOfStranger && backends[config.Type].NeedsAdminSecret;

        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem))
        {
            return new Failure(FailureKind.Invalid, problem);
        }

        IReadOnlyDictionary<RepositoryName, Secret>? adminSecrets = new Dictionary<RepositoryName, Secret>();
        if (documents.AdminSecret is { } text
            && !SecretFile.TryRead(text, documents.AdminSecretName, configs, OnlyRaw, out adminSecrets, out problem))
        {
            return new Failure(FailureKind.Invalid, problem);
        }

        var repositories = new List<Repository>();
        try
        {
            foreach (var config in configs)
            {
                var type = backends[config.Type];
                if (type.NeedsAdminSecret && !adminSecrets.ContainsKey(config.Name))
                {
                    repositories.ForEach(repository => repository.Dispose());

                    return new Failure(
                        FailureKind.Invalid,
                        $"{documents.ConfigName}: [{config.Name}] is of type {config.Type}, which needs an admin secret: a token that may read the repository, in a table [{config.Name}] of admin_secret.toml");
                }

                var settings = new RepositorySettings(
                    config.MaxFileBytes,
                    config.SyncIndexInterval,
                    config.Policy,
                    config.Reserve,
                    type.OwnSecretKey is { } key ? new Secret(config.Text(key)) : null);
                repositories.Add(new Repository(config.Name, settings, type.Open(config, root.Path, adminSecrets.GetValueOrDefault(config.Name))));
            }
        }
        catch
        {
            repositories.ForEach(repository => repository.Dispose());
            throw;
        }

        return new RepositorySet(repositories, adminSecrets);
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

    private void Swap(RepositorySet next)
    {
        var previous = Interlocked.Exchange(ref _current, next);
        Replaced?.Invoke(next);

        if (previous is not null)
        {
            _ = CloseLaterAsync(previous);
        }
    }

    private async Task CloseLaterAsync(RepositorySet retired)
    {
        await Task.Delay(Grace, time, CancellationToken.None);
        retired.Dispose();
    }
}
