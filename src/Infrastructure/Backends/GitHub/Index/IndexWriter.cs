using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Writes the index file, as one of several that may: it says which content it replaces, and begins anew where that is no longer the one. Nothing
/// is written where nothing changes. Each call may be repeated after any failure. Safe for concurrent use.
/// </summary>
/// <param name="config">Where the file is.</param>
/// <param name="api">GitHub.</param>
/// <param name="remote">The index as it is.</param>
/// <param name="writes">All writes to the repository go through it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of an index that is written anew.</param>
internal sealed class IndexWriter(
    GitHubConfig config, GitHubApi api, RemoteIndex remote, WriteQueue writes, TimeProvider time, ILogger logger) : IDisposable
{
    // Of the packages that a list lacks, so many are looked for in one update: each is a request. The others stay.
    private const int DoubtsAtOnce = 200;

    private const int ProgressEvery = 100;

    private readonly IndexCommit _commit = new(config, api, remote, writes, time, logger);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _lock = new();
    private readonly HashSet<IndexedPackage> _waiting = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Makes the index of what is published. What the index has and GitHub does not list stays, unless its asset is gone: GitHub's list lags. An
    /// index file that can't be read is written anew.
    /// </summary>
    /// <param name="token">Who may write.</param>
    /// <param name="progress">Told after each hundred releases.</param>
    /// <param name="cancellationToken">Stops before the index is written.</param>
    public Task<Outcome<SyncReport>> UpdateAsync(Secret token, IProgress<RebuildProgress> progress, CancellationToken cancellationToken) =>
        UpdateAsync(token, progress, repairs: true, cancellationToken);

    /// <summary>The same for a server by itself: an index file that can't be read is a failure, for a person to look at.</summary>
    public Task<Outcome<SyncReport>> CatchUpAsync(Secret token, CancellationToken cancellationToken) =>
        UpdateAsync(token, new Progress<RebuildProgress>(), repairs: false, cancellationToken);

    /// <summary>
    /// Adds packages that were just published, without looking what else there is. What is added while another index is written is written
    /// together.
    /// </summary>
    /// <param name="token">Who may write.</param>
    /// <param name="pending">The packages; the index may have some of them already.</param>
    /// <param name="cancellationToken">Stops before the index is written.</param>
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
                    : new SyncReport(_commit.Packages, 0, 0); // whoever wrote before us wrote ours too
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
        Secret token, IProgress<RebuildProgress> progress, bool repairs, CancellationToken cancellationToken)
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

    private async Task<List<IndexedPackage>> ListAsync(Secret token, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
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
                progress.Report(new RebuildProgress(projects.Count, TotalProjects: 0, packages.Count));
            }
        }

        progress.Report(new RebuildProgress(projects.Count, projects.Count, packages.Count));

        return packages;
    }

    /// <summary>Finds out which packages are gone, each once.</summary>
    private async Task LookForAsync(
        Secret token, IEnumerable<IndexedPackage> packages, Dictionary<AssetUrl, bool> gone, CancellationToken cancellationToken)
    {
        foreach (var package in packages)
        {
            // What is no asset of this GitHub can't be looked for, nor is it offered to anybody.
            if (gone.Count < DoubtsAtOnce && AssetUrl.TryParse(package.Url, config.Assets, out var asset) && !gone.ContainsKey(asset))
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
