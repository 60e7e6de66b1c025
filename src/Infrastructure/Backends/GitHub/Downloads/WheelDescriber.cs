using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Reads, in the background, the metadata of wheels that others published. Each costs one request of the 5,000 that a token has in an hour, so it is
/// done slowly; a wheel of which it can't be read is not tried again before the next start. Not safe for concurrent use.
/// </summary>
internal sealed class WheelDescriber(WheelTail tail, IndexCatalog catalog, MetadataStore documents, TimeProvider time)
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly HashSet<Sha256Digest> _unreadable = [];
    private DateTimeOffset _next;

    /// <summary>Reads some; how many, 0 when it is not time yet or nothing is lacking.</summary>
    public async Task<int> DescribeAsync(Secret token, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _next)
        {
            return 0;
        }

        _next = time.GetUtcNow() + Pause;
        var lacking = catalog.WheelsWithoutMetadata().Where(wheel => wheel.File.Size is not null && !_unreadable.Contains(wheel.File.Sha256)).Take(AtOnce).ToList();
        var described = new List<CatalogedFile>();
        foreach (var wheel in lacking)
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

        catalog.Change(new CatalogChange { Described = described });

        return described.Count;
    }

    /// <summary>Reads and keeps the metadata of one wheel; its digest, or null where it can't be read.</summary>
    public async Task<Sha256Digest?> ReadAsync(Secret token, PackageFile wheel, CancellationToken cancellationToken) =>
        await tail.ReadMetadataAsync(token, wheel, cancellationToken) is { } document ? documents.Add(document) : null;
}
