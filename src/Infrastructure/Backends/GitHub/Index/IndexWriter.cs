using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Updates the index file, which others may write too (<see cref="IndexCommit"/>). Each call may be repeated after any failure. Safe for concurrent use.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="remote">The current index file.</param>
/// <param name="writes">Serializes all writes to the repository.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs an invalid index that is replaced.</param>
internal sealed class IndexWriter(
    GitHubConfig config, GitHubApi api, RemoteIndex remote, WriteQueue writes, TimeProvider time, ILogger logger) : IDisposable
{
    // How many unlisted packages one update checks: each is a request. The others stay.
    private const int ChecksPerUpdate = 200;

    private const int ProgressEvery = 100;

    private readonly IndexCommit _commit = new(config, api, remote, writes, time, logger);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _lock = new();
    private readonly HashSet<IndexedPackage> _waiting = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Makes the index of all releases. A package that GitHub does not list stays unless its asset is gone, as the list lags. An invalid index file is
    /// replaced.
    /// </summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="progress">Reported after each hundred releases.</param>
    /// <param name="cancellationToken">Cancels before the index is written.</param>
    public Task<Outcome<SyncReport>> UpdateAsync(Secret token, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        UpdateAsync(token, progress, repairs: true, cancellationToken);

    /// <summary>The same in the background: an invalid index file is a failure, for a person to look at.</summary>
    public Task<Outcome<SyncReport>> CatchUpAsync(Secret token, CancellationToken cancellationToken) =>
        UpdateAsync(token, new Progress<WorkProgress>(), repairs: false, cancellationToken);

    /// <summary>
    /// Adds packages that were just published, without listing releases. Packages that arrive during a write are written together.
    /// </summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="pending">The packages; the index may have some of them already.</param>
    /// <param name="cancellationToken">Cancels before the index is written.</param>
    public async Task<Outcome<SyncReport>> AddPendingAsync(
        Secret token, IReadOnlyList<IndexedPackage> pending, CancellationToken cancellationToken)
    {
        Join(pending);
        try
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                return Waiting().Intersect(pending, ReferenceEqualityComparer.Instance).Any()
                    ? await AddWaitingAsync(token, cancellationToken)
                    : new SyncReport(_commit.Packages, 0, 0); // the write before included ours
            }
            catch (GitHubException exception)
            {
                return GitHubFailure.Of(exception, $"{config.IndexFilename} was not written");
            }
            finally
            {
                _gate.Release();
            }
        }
        finally
        {
            Leave(pending);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<Outcome<SyncReport>> UpdateAsync(
        Secret token, IProgress<WorkProgress> progress, bool repairs, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var listed = await ListAsync(token, progress, cancellationToken);
            var gone = new Dictionary<AssetUrl, bool>();

            return await _commit.WriteAsync(
                token,
                async old =>
                {
                    await LookForAsync(token, IndexMerge.Unlisted(old, listed), gone, cancellationToken);

                    return IndexMerge.Merge([.. old.Where(package => !IsGone(package, gone))], listed);
                },
                repairs,
                cancellationToken);
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{config.IndexFilename} was not written");
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Outcome<SyncReport>> AddWaitingAsync(Secret token, CancellationToken cancellationToken)
    {
        IndexedPackage[] added = [];
        var report = await _commit.WriteAsync(
            token,
            old =>
            {
                added = Waiting();

                return Task.FromResult(IndexMerge.Add(old, added, config.Assets));
            },
            repairs: false,
            cancellationToken);

        if (report.Failure is null)
        {
            Leave(added);
        }

        return report;
    }

    private async Task<List<IndexedPackage>> ListAsync(Secret token, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var packages = new List<IndexedPackage>();
        var projects = new HashSet<string>(StringComparer.Ordinal);
        var releases = 0;
        await foreach (var release in api.ListReleasesAsync(token, cancellationToken))
        {
            if (PublishedPackage.Of(release) is { } package)
            {
                packages.Add(package);
                projects.Add(package.Distrib);
            }

            if (++releases % ProgressEvery == 0)
            {
                progress.Report(new WorkProgress(projects.Count, Total: 0));
            }
        }

        progress.Report(new WorkProgress(projects.Count, projects.Count));

        return packages;
    }

    /// <summary>Checks which packages are gone, each once.</summary>
    private async Task LookForAsync(
        Secret token, IEnumerable<IndexedPackage> packages, Dictionary<AssetUrl, bool> gone, CancellationToken cancellationToken)
    {
        foreach (var package in packages)
        {
            // An entry that is no asset of this repository can't be checked, and is not offered either.
            if (gone.Count < ChecksPerUpdate && AssetUrl.TryParse(package.Url, config.Assets, out var asset) && !gone.ContainsKey(asset))
            {
                gone[asset] = await api.FindAssetAsync(token, asset.Uri, cancellationToken) is null;
            }
        }
    }

    private bool IsGone(IndexedPackage package, Dictionary<AssetUrl, bool> gone) =>
        AssetUrl.TryParse(package.Url, config.Assets, out var asset) && gone.GetValueOrDefault(asset);

    private void Join(IReadOnlyList<IndexedPackage> packages)
    {
        lock (_lock)
        {
            _waiting.UnionWith(packages);
        }
    }

    private void Leave(IReadOnlyList<IndexedPackage> packages)
    {
        lock (_lock)
        {
            _waiting.ExceptWith(packages);
        }
    }

    private IndexedPackage[] Waiting()
    {
        lock (_lock)
        {
            return [.. _waiting];
        }
    }
}
