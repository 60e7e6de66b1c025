namespace PyWharf.Domain;

/// <summary>One published distribution file, with all that an index page says of it.</summary>
public sealed record PackageFile
{
    /// <summary>Its name, which tells project, version and kind.</summary>
    public required DistributionFilename Filename { get; init; }

    /// <summary>Bytes; null where an old index does not tell and nobody has asked the storage yet.</summary>
    public required long? Size { get; init; }

    /// <summary>Of its bytes.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>When it was published, in microseconds at most; never changes (PEP 700). Null as <see cref="Size"/>.</summary>
    public required DateTimeOffset? UploadedAt { get; init; }

    /// <summary>The specifier set of Requires-Python; null when none is known.</summary>
    public RequiresPython? RequiresPython { get; init; }

    /// <summary>What it is for, in one line; null when nothing is known.</summary>
    public string? Summary { get; init; }

    /// <summary>
    /// Of its core metadata document, the METADATA of a wheel (PEP 658). Null where there is none that its back end could send at once.
    /// </summary>
    public Sha256Digest? MetadataSha256 { get; init; }

    /// <summary>Where its back end finds it; means nothing to anybody else.</summary>
    public required string Location { get; init; }
}
