using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// A large package, in parts. To put parts together replaces an object that is there on some storages, so a claim beside the package keeps other servers
/// from publishing it meanwhile. The claim of a dead upload is taken over.
/// </summary>
/// <param name="store">The storage.</param>
/// <param name="key">The package's key.</param>
/// <param name="claim">The claim's key.</param>
/// <param name="staged">The package.</param>
/// <param name="id">The upload.</param>
/// <param name="isConditional">Whether the storage has conditional writes; else the caller holds a lock that all servers share.</param>
internal sealed class MultipartUpload(ObjectStore store, string key, string claim, StagedFile staged, string id, bool isConditional) : IPackageUpload
{
    private string? _claimed;
    private string? _upload;
    private IReadOnlyList<string> _parts = [];

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (isConditional)
        {
            _claimed = await ClaimAsync(cancellationToken);
        }

        _upload = await store.BeginAsync(key, staged.Sha256, id, cancellationToken);
        _parts = await store.PutPartsAsync(key, _upload, staged.Path, staged.Length, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string?> CommitAsync()
    {
        if (_claimed is not null && (await store.HeadAsync(claim, CancellationToken.None))?.ETag != _claimed)
        {
            throw Taken();
        }

        if (_upload is null || await store.HeadAsync(key, CancellationToken.None) is not null)
        {
            return null;
        }

        var etag = await store.CompleteAsync(key, _upload, _parts, CancellationToken.None);
        _upload = etag is null ? _upload : null;

        return etag;
    }

    /// <summary>Gives up what is not complete, and the claim.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_upload is not null)
        {
            await store.AbortAsync(key, _upload, CancellationToken.None);
        }

        if (_claimed is not null && (await store.HeadAsync(claim, CancellationToken.None))?.ETag == _claimed)
        {
            await store.DeleteAsync(claim, CancellationToken.None);
        }
    }

    private async Task<string> ClaimAsync(CancellationToken cancellationToken)
    {
        var content = Encoding.UTF8.GetBytes(id);
        if (await store.PutAsync(claim, content, PutCondition.IsNew, cancellationToken) is { } mine)
        {
            return mine;
        }

        var other = await store.GetAsync(claim, maxBytes: 64, cancellationToken);

        return other is null || !await IsAliveAsync(store, other, cancellationToken)
            ? await store.PutAsync(claim, content, PutCondition.Replaces(other?.ETag), cancellationToken) ?? throw Taken()
            : throw Taken();
    }

    /// <summary>Whether the upload that made a claim goes on.</summary>
    public static async Task<bool> IsAliveAsync(ObjectStore store, SmallObject claim, CancellationToken cancellationToken) =>
        await store.HeadAsync(store.Keys.Uploads + Encoding.UTF8.GetString(claim.Content), cancellationToken) is { } marker
        && store.Clock.Now - marker.ModifiedAt < UploadMarker.DeadAfter;

    private static S3Exception Taken() => new(S3ErrorKind.PreconditionFailed, "another server publishes the same file");
}
