using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>A package as an object.</summary>
internal sealed class S3File(ObjectStore store, string key) : IRemoteFile
{
    public S3File(ObjectStore store, PackageFile file)
        : this(store, store.Keys.File(file))
    {
    }

    /// <inheritdoc/>
    public string Server => "The object storage";

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAsync(key, range, cancellationToken);
        }
        catch (S3Exception exception)
        {
            throw new RemoteFileException(S3Failure.Of(exception, $"{key[(key.LastIndexOf('/') + 1)..]} can't be had"), exception);
        }
    }
}
