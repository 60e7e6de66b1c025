namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>How the bytes of a package get to the storage. Used by one caller at a time; all methods throw <see cref="Objects.S3Exception"/>.</summary>
internal interface IPackageUpload : IAsyncDisposable
{
    /// <summary>Does what can be done before the file becomes visible.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Makes the file visible.</summary>
    /// <returns>Its ETag; null where there is an object of its key.</returns>
    Task<string?> CommitAsync();
}
