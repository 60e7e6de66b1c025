namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>When an object is written.</summary>
/// <param name="ETag">Only in place of the object with this ETag; empty for only where there is none; null for always.</param>
internal readonly record struct PutCondition(string? ETag)
{
    /// <summary>Always.</summary>
    public static PutCondition None => new(null);

    /// <summary>Where there is no object of this key.</summary>
    public static PutCondition IsNew => new("");

    /// <summary>In place of the object with this ETag; of none if that is null.</summary>
    public static PutCondition Replaces(string? etag) => new(etag ?? "");
}
