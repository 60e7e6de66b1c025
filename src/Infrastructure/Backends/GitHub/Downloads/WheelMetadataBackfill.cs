using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Reads the metadata of wheels that others published, in the background. Each costs one of the 5,000 requests that a token has in an hour, so it is done
/// slowly. A wheel without readable metadata is not tried again before the next start. Not safe for concurrent use.
/// </summary>
internal sealed class WheelMetadataBackfill(RemoteWheelReader tail, SignedUrls urls, IIndexCatalog catalog, MetadataStore documents, TimeProvider time)
{
    private const int BatchSize = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // A wheel that is not found may only be hidden from the token for a while.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromHours(1);

    private readonly HashSet<Sha256Digest> _unreadable = [];
    private readonly Dictionary<Sha256Digest, DateTimeOffset> _gone = [];
    private DateTimeOffset _next;

    /// <summary>Reads a batch. Returns how many were read; 0 when nothing is missing, or the last batch was less than a minute ago.</summary>
    public async Task<int> DescribeAsync(Secret token, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _next)
        {
            return 0;
        }

        _next = time.GetUtcNow() + Pause;
        var lacking = (await catalog.GetWheelsWithoutMetadataAsync(cancellationToken)).Where(wheel => wheel.File.Size is not null && MayBeRead(wheel.File.Sha256)).Take(BatchSize).ToList();
        var described = new List<CatalogedFile>();
        try
        {
            foreach (var wheel in lacking)
            {
                try
                {
                    if (await ReadAsync(token, wheel.File, cancellationToken) is { } digest)
                    {
                        described.Add(wheel with { File = wheel.File with { MetadataSha256 = digest }, Fields = await catalog.GetFieldsAsync(wheel.File.Filename.ToString(), cancellationToken) });
                    }
                    else
                    {
                        _unreadable.Add(wheel.File.Sha256);
                    }
                }
                catch (RemoteFileException exception) when (exception.Failure.Kind is FailureKind.NotFound or FailureKind.Forbidden or FailureKind.Invalid)
                {
                    // Skipped: the next sync notices if it is gone.
                    _gone[wheel.File.Sha256] = time.GetUtcNow();
                }
            }
        }
        finally
        {
            // Keeps what was read before a failure.
            await catalog.ChangeAsync(new CatalogChange { Described = described }, cancellationToken: CancellationToken.None);
        }

        return described.Count;
    }

    /// <summary>Reads and stores the metadata of a wheel. Returns its digest; null where it can't be read. Throws <see cref="RemoteFileException"/>.</summary>
    public async Task<Sha256Digest?> ReadAsync(Secret token, PackageFile wheel, CancellationToken cancellationToken) =>
        await tail.ReadMetadataAsync(wheel, new GitHubAsset(urls, token, wheel), cancellationToken) is { } document ? documents.Add(document) : null;

    private bool MayBeRead(Sha256Digest wheel) =>
        !_unreadable.Contains(wheel) && !(_gone.TryGetValue(wheel, out var at) && time.GetUtcNow() - at < RetryAfter);
}
