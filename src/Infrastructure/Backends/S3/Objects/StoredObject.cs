using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>What the storage says of an object.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ETag">Changes when the object does; without quotes.</param>
/// <param name="ModifiedAt">When it was written, by the storage's clock.</param>
internal sealed record StoredObject(string Key, long Size, string ETag, DateTimeOffset ModifiedAt)
{
    /// <summary>The digest that this program wrote with it; null for an object of somebody else, and in a listing.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The upload that made it (<see cref="UploadMarker"/>); null as <see cref="Sha256"/>.</summary>
    public string? Upload { get; init; }
}
