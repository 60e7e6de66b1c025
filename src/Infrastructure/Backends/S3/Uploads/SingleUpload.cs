using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>A package in one request, which the storage carries out if there is no object of its key.</summary>
/// <param name="store">The storage.</param>
/// <param name="key">The package's key.</param>
/// <param name="staged">The package.</param>
/// <param name="id">The upload.</param>
/// <param name="isConditional">Whether the storage has conditional writes; else the caller holds a lock that all servers share.</param>
internal sealed class SingleUpload(ObjectStore store, string key, StagedFile staged, string id, bool isConditional) : IPackageUpload
{
    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<string?> CommitAsync() => !isConditional && await store.HeadAsync(key, CancellationToken.None) is not null
        ? null
        : await store.PutFileAsync(key, staged.Path, staged.Sha256, id, isConditional ? PutCondition.IsNew : PutCondition.None, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
