using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>The objects of one upload: the files beside the package first, then the package, which makes them visible. Used by one caller at a time.</summary>
/// <param name="store">The storage.</param>
/// <param name="filename">The name of the package.</param>
/// <param name="folder">The listing of its folder.</param>
/// <param name="staged">Its content.</param>
/// <param name="marker">The marker of the upload.</param>
/// <param name="multipartBytes">From this size on a package is uploaded in parts.</param>
/// <param name="isConditional">Whether the storage has conditional writes; else the caller holds a lock that all servers share.</param>
internal sealed class PublishAttempt(
    ObjectStore store, DistributionFilename filename, ProjectFolder folder, StagedFile staged, UploadMarker marker, long multipartBytes, bool isConditional) : IAsyncDisposable
{
    private readonly string _key = store.Keys.File(folder.Location, filename.ToString());
    private readonly List<FileBeside> _beside = [];
    private readonly IPackageUpload _upload = staged.Length > multipartBytes
        ? new MultipartUpload(store, store.Keys.File(folder.Location, filename.ToString()), store.Keys.Claim(folder.Location, filename.ToString()), staged, marker.Id, isConditional)
        : new SingleUpload(store, store.Keys.File(folder.Location, filename.ToString()), staged, marker.Id, isConditional);

    private bool _isPublished;

    // The package of another upload that was there first.
    private StoredObject? _winner;

    /// <summary>The ETag of the upload form.</summary>
    public string? MetaTag { get; private set; }

    /// <summary>Writes all but the package. Throws <see cref="S3Exception"/>.</summary>
    public async Task PrepareAsync(byte[] meta, byte[]? attestations, CancellationToken cancellationToken)
    {
        var name = filename.ToString();
        if (folder[ObjectKeys.ClaimName(name)] is { } claim
            && await store.GetAsync(claim.Key, maxBytes: 64, cancellationToken) is { } claimed
            && await MultipartUpload.IsAliveAsync(store, claimed, cancellationToken))
        {
            throw new S3Exception(S3ErrorKind.PreconditionFailed, "another server publishes the same file");
        }

        await _upload.PrepareAsync(cancellationToken);
        MetaTag = await WriteAsync(StoredNames.Meta(name), meta, cancellationToken);
        if (attestations is not null)
        {
            await WriteAsync(StoredNames.Attestations(name), attestations, cancellationToken);
        }
        else if (folder[StoredNames.Attestations(name)] is { } stale)
        {
            // Of an upload that was broken off: they are not of these bytes.
            await store.DeleteAsync(stale.Key, cancellationToken);
        }
    }

    /// <summary>Publishes the package. Throws <see cref="S3Exception"/> where it is not published, or that can't be told.</summary>
    /// <returns>Its ETag; null where a package of this name is there.</returns>
    public async Task<string?> CommitAsync()
    {
        S3Exception? failure = null;
        try
        {
            if (await _upload.CommitAsync() is { } etag)
            {
                _isPublished = true;

                return etag;
            }
        }
        catch (S3Exception exception)
        {
            failure = exception;
        }

        // The answer to a request that was carried out may be lost, and the repeated request is refused then.
        var found = await store.HeadAsync(_key, CancellationToken.None);
        if (found?.Upload == marker.Id)
        {
            _isPublished = true;

            return found.ETag;
        }

        _winner = found;

        return found is null && failure is not null ? throw failure : null;
    }

    /// <summary>Makes sure that the files beside the package are those of this upload. Throws <see cref="S3Exception"/>.</summary>
    public async Task EnsureAsync()
    {
        foreach (var file in _beside)
        {
            await file.EnsureAsync();
        }
    }

    /// <summary>Removes all of it. Throws <see cref="S3Exception"/>.</summary>
    public async Task WithdrawAsync()
    {
        if (_isPublished)
        {
            await store.DeleteAsync(_key, CancellationToken.None);
            _isPublished = false;
        }

        foreach (var file in _beside)
        {
            await (_winner is null ? file.WithdrawAsync() : file.RestoreAsync(_winner.Sha256));
        }

        _beside.Clear();
    }

    /// <summary>Removes what can be removed after a failure; the rest is swept.</summary>
    public async Task GiveUpAsync()
    {
        try
        {
            // That the package is not there is only known for sure where the storage says so.
            var found = _isPublished ? null : await store.HeadAsync(_key, CancellationToken.None);
            _isPublished |= found?.Upload == marker.Id;
            _winner = _isPublished ? null : found;
            await WithdrawAsync();
        }
        catch (S3Exception)
        {
            marker.Keep();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _upload.DisposeAsync();
        }
        catch (S3Exception)
        {
            marker.Keep();
        }
    }

    private async Task<string> WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        var file = await FileBeside.WriteAsync(store, store.Keys.File(folder.Location, name), content, isThere: folder[name] is not null, isConditional, cancellationToken);
        _beside.Add(file);

        return file.ETag;
    }
}
