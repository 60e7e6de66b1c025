using System.Globalization;

namespace PyWharf.Application.Rendering;

/// <summary>One file as an index page shows it (PEP 503, 691, 700).</summary>
/// <param name="Filename">The name, not encoded.</param>
/// <param name="Href">Its URL, percent-encoded and without a fragment; relative ones count from the project's page.</param>
public sealed record PageFile(string Filename, string Href)
{
    /// <summary>The digests of the file; one for ours, all that are usable for upstream's.</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>Bytes; null when not known.</summary>
    public long? Size { get; init; }

    /// <summary>When it was published, in the form of PEP 700; null when not known. See <see cref="FormatUploadTime"/>.</summary>
    public string? UploadTime { get; init; }

    /// <summary>The specifier set as it was declared; null when there is none.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Null when there is no metadata to be fetched.</summary>
    public CoreMetadataLink? CoreMetadata { get; init; }

    /// <summary>Null when the file is not yanked, else the reason, which may be empty (PEP 592).</summary>
    public string? Yanked { get; init; }

    /// <summary>Whether a detached signature can be had; null when not known.</summary>
    public bool? GpgSig { get; init; }

    /// <summary>The absolute URL of the file's provenance (PEP 740); null when there is none.</summary>
    public string? Provenance { get; init; }

    /// <summary>A file beside its project's page.</summary>
    public static PageFile Beside(string filename) => new(filename, Uri.EscapeDataString(filename));

    /// <summary>The form of PEP 700: UTC, six digits of a second.</summary>
    public static string FormatUploadTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
