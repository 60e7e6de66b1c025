namespace PyWharf.Domain;

/// <summary>A published distribution file, with the data of index pages.</summary>
public sealed record PackageFile
{
    /// <summary>The order of uploads, newest first and those of unknown time last; files of one time are in the order of their names.</summary>
    public static IComparer<PackageFile> NewestFirst { get; } = Comparer<PackageFile>.Create(static (left, right) =>
        Nullable.Compare(right.UploadedAt, left.UploadedAt) is var byTime && byTime != 0
            ? byTime
            : string.CompareOrdinal(left.Filename.ToString(), right.Filename.ToString()));

    /// <summary>Its name, which includes project, version and kind.</summary>
    public required DistributionFilename Filename { get; init; }

    /// <summary>Size in bytes; null if an old index lacks it and the storage has not been asked yet.</summary>
    public required long? Size { get; init; }

    /// <summary>Digest of its bytes.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>When it was published, with microseconds at most; never changes (PEP 700). Null like <see cref="Size"/>.</summary>
    public required DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Who published it: the name of a token or secret, a login on GitHub, a user of the server's machine. Null if unknown.</summary>
    public string? UploadedBy { get; init; }

    /// <summary>The specifier set of Requires-Python; null if unknown.</summary>
    public RequiresPython? RequiresPython { get; init; }

    /// <summary>The summary in one line; null if unknown.</summary>
    public string? Summary { get; init; }

    /// <summary>
    /// Digest of its core metadata document, METADATA of a wheel (PEP 658). Null if the back end can't serve it.
    /// </summary>
    public Sha256Digest? MetadataSha256 { get; init; }

    /// <summary>Its location, in a format of its back end.</summary>
    public required string Location { get; init; }
}
