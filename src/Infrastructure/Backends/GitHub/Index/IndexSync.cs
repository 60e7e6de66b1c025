using System.Globalization;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Applies the remote index to the catalog. A file that the index lacks is only removed when GitHub says that its asset is gone, as the index can be older
/// than the file. Safe for concurrent use.
/// </summary>
/// <param name="config">Of the repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="remote">The index.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs entries that can't be offered.</param>
internal sealed partial class IndexSync(
    GitHubConfig config, GitHubApi api, RemoteIndex remote, IIndexCatalog catalog, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The answer before the first sync.</summary>
    public static readonly Failure NotReadYet = new(
        FailureKind.Unavailable, "The index of this repository was not read from GitHub yet: try again in a few seconds.", TimeSpan.FromSeconds(3));

    // How long an upload to this server may be missing from the index before it is checked.
    private static readonly TimeSpan UploadGracePeriod = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly StaleEntries _staleEntries = new(config.Assets, api, catalog, time);
    private IndexVersion? _applied;
    private long _basis;
    private long _files;

    /// <summary>
    /// Reads the remote index if it has changed, and applies it. A failure leaves the catalog as it was.
    /// </summary>
    public async Task<Outcome<SyncReport>> SyncAsync(Secret token, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var published = 0;
            if (await catalog.BeginSyncAsync(cancellationToken) is var basis && basis != _basis)
            {
                // The catalog was replaced, and may lack what was applied to the old one.
                (_basis, _applied) = (basis, null);
            }

            var version = await remote.FindAsync(token, cancellationToken);
            if (version.Failure is { } notFound)
            {
                return notFound;
            }

            if (version.Value != _applied && await IsAppliedAsync(version.Value, cancellationToken))
            {
                // Applied before a restart, or by another process. Reading a large index again would take seconds.
                _applied = version.Value;
                _files = (await catalog.GetAllAsync(cancellationToken)).Count;
            }
            else if (version.Value != _applied)
            {
                var index = await remote.LoadAsync(token, version.Value, cancellationToken);
                if (index.Failure is { } notRead)
                {
                    return notRead;
                }

                published = await ApplyAsync(index.Value, cancellationToken);
                _applied = version.Value;
            }

            _staleEntries.Add(await FindOverdueUploadsAsync(cancellationToken));
            var removed = await _staleEntries.ConfirmAsync(token, cancellationToken);
            _files -= removed;
            if (_staleEntries.IsEmpty && !await IsAppliedAsync(version.Value, cancellationToken))
            {
                await catalog.ChangeAsync(
                    new CatalogChange { Folder = (config.IndexFilename, StampOf(version.Value)), Basis = basis }, cancellationToken: cancellationToken);
            }

            return new SyncReport(_files, published, removed);
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "it is not known which files are gone");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>Whether this version is applied, and no stale entry is left.</summary>
    private async ValueTask<bool> IsAppliedAsync(IndexVersion version, CancellationToken cancellationToken) =>
        await catalog.GetStampAsync(config.IndexFilename, cancellationToken) == StampOf(version);

    private static long StampOf(IndexVersion version) => version.Sha is { } sha ? long.Parse(sha[..15], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : -1;

    // An upload that the index lacks after an hour: somebody may have deleted it on GitHub.
    private async Task<IEnumerable<StaleEntry>> FindOverdueUploadsAsync(CancellationToken cancellationToken) => (await catalog.GetByStampAsync(IndexedFile.Pending, cancellationToken))
        .Where(file => file.File.UploadedAt < time.GetUtcNow() - UploadGracePeriod)
        .Select(file => new StaleEntry(file.File, null));

    private async Task<int> ApplyAsync(PackageIndex index, CancellationToken cancellationToken)
    {
        var known = (await catalog.GetAllAsync(cancellationToken)).ToDictionary(file => file.File.Filename.ToString(), StringComparer.Ordinal);
        var published = new List<CatalogedFile>();
        var staleEntries = new List<StaleEntry>();
        var offered = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<string>();
        var tooLong = new List<string>();

        foreach (var package in index.Packages)
        {
            if (!IndexedFile.TryRead(package, config.Assets, out var read, out var problem))
            {
                problems.Add($"{IndexMerge.FilenameOf(package)}: {problem}");
                continue;
            }

            var filename = read.File.Filename.ToString();
            if (IndexedFile.HasLongRequiresPython(package))
            {
                tooLong.Add(filename);
            }

            if (!offered.Add(filename))
            {
                continue;
            }

            known.Remove(filename, out var before);
            if (before?.Stamp == IndexedFile.Pending && !IsSameAsset(before, read))
            {
                // One of the two was deleted on GitHub; the index can be older than the upload.
                staleEntries.Add(new StaleEntry(before.File, read));
            }
            else if (await CombineAsync(read, before, cancellationToken) is var now && (now.File != before?.File || now.Stamp != before.Stamp))
            {
                published.Add(now with { Fields = (IsSame(now, before) ? await catalog.GetFieldsAsync(filename, cancellationToken) : null) ?? now.Fields });
            }
        }

        foreach (var missing in known.Values.Where(file => file.Stamp == IndexedFile.FromIndex || file.File.UploadedAt < time.GetUtcNow() - UploadGracePeriod))
        {
            staleEntries.Add(new StaleEntry(missing.File, null));
        }

        // No version of the index is fully applied until the stale entries are checked.
        await catalog.ChangeAsync(
            new CatalogChange { Published = published, Folder = (config.IndexFilename, 0), Basis = _basis }, cancellationToken: cancellationToken);
        _staleEntries.Replace(staleEntries);
        _files = offered.Count + known.Count;
        if (problems.Count > 0)
        {
            Log.Skipped(logger, config.Name, problems.Count, config.IndexFilename, problems[0]);
        }

        if (tooLong.Count > 0)
        {
            Log.LeftOut(logger, config.Name, tooLong.Count, config.IndexFilename, RequiresPython.MaxLength, tooLong[0]);
        }

        return published.Count;
    }

    /// <summary>The file as the index has it, with what the catalog knows of the same bytes and the index does not say.</summary>
    private async ValueTask<CatalogedFile> CombineAsync(CatalogedFile read, CatalogedFile? before, CancellationToken cancellationToken) => read with
    {
        File = IsSame(read, before) && before is not null
            ? read.File with
            {
                Size = before.File.Size,
                UploadedAt = before.File.UploadedAt ?? read.File.UploadedAt,
                UploadedBy = before.File.UploadedBy ?? read.File.UploadedBy,
                Summary = before.File.Summary ?? read.File.Summary,
                MetadataSha256 = before.File.MetadataSha256,
            }
            : read.File with { UploadedAt = read.File.UploadedAt ?? await catalog.GetUploadTimeAsync(read.File.Filename.ToString(), read.File.Sha256, cancellationToken) },
    };

    private bool IsSameAsset(CatalogedFile one, CatalogedFile other) =>
        AssetUrl.TryParse(one.File.Location, config.Assets, out var asset)
        && AssetUrl.TryParse(other.File.Location, config.Assets, out var otherAsset)
        && asset == otherAsset;

    private static bool IsSame(CatalogedFile file, CatalogedFile? before) => file.File.Sha256.Equals(before?.File.Sha256);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository}: {Count} entries of {IndexFile} were passed over; the first is {Problem}")]
        public static partial void Skipped(ILogger logger, RepositoryName repository, int count, string indexFile, string problem);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Repository {Repository}: of {Count} entries of {IndexFile} requires_python is longer than {Most} characters and was left out; the first is {Filename}")]
        public static partial void LeftOut(ILogger logger, RepositoryName repository, int count, string indexFile, int most, string filename);
    }
}
