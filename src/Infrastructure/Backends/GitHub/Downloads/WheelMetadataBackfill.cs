using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Reads, in the background, the metadata of wheels that others published. Each costs one request of the 5,000 that a token has in an hour, so it is
/// done slowly; a wheel of which it can't be read is not tried again before the next start. Not safe for concurrent use.
/// </summary>
internal sealed class WheelMetadataBackfill(RemoteWheelReader tail, IndexCatalog catalog, MetadataStore documents, TimeProvider time)
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // What is gone may only be hidden from the token, and come back with its rights.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromHours(1);

    private readonly HashSet<Sha256Digest> _unreadable = [];
    private readonly Dictionary<Sha256Digest, DateTimeOffset> _gone = [];
    private DateTimeOffset _next;

    /// <summary>Reads some; how many, 0 when it is not time yet or nothing is lacking.</summary>
    public async Task<int> DescribeAsync(Secret token, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _next)
        {
            return 0;
        }

        _next = time.GetUtcNow() + Pause;
        var lacking = catalog.WheelsWithoutMetadata().Where(wheel => wheel.File.Size is not null && MayBeRead(wheel.File.Sha256)).Take(AtOnce).ToList();
        var described = new List<CatalogedFile>();
        try
        {
            foreach (var wheel in lacking)
            {
                try
                {
                    if (await ReadAsync(token, wheel.File, cancellationToken) is { } digest)
                    {
                        described.Add(wheel with { File = wheel.File with { MetadataSha256 = digest }, Fields = catalog.FieldsOf(wheel.File.Filename.ToString()) });
                    }
                    else
                    {
                        _unreadable.Add(wheel.File.Sha256);
                    }
                }
                catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.NotFound or GitHubErrorKind.Forbidden or GitHubErrorKind.Invalid)
                {
                    // The next index will tell that it is gone; that is no reason to read no other.
                    _gone[wheel.File.Sha256] = time.GetUtcNow();
                }
            }
        }
        finally
        {
            // What was read before trouble came was paid for.
            await catalog.ChangeAsync(new CatalogChange { Described = described }, cancellationToken: CancellationToken.None);
        }

        return described.Count;
    }

    /// <summary>Reads and keeps the metadata of one wheel; its digest, or null where it can't be read.</summary>
    public async Task<Sha256Digest?> ReadAsync(Secret token, PackageFile wheel, CancellationToken cancellationToken) =>
        await tail.ReadMetadataAsync(token, wheel, cancellationToken) is { } document ? documents.Add(document) : null;

    private bool MayBeRead(Sha256Digest wheel) =>
        !_unreadable.Contains(wheel) && !(_gone.TryGetValue(wheel, out var at) && time.GetUtcNow() - at < RetryAfter);
}
