using System.Globalization;

namespace PyWharf.Application.Rendering;

/// <summary>A file on an index page (PEP 503, 691, 700).</summary>
/// <param name="Filename">The name, not encoded.</param>
/// <param name="Href">Its URL, percent-encoded and without a fragment; absolute, or relative to the project's page.</param>
public sealed record PageFile(string Filename, string Href)
{
    /// <summary>The digests of the file: SHA-256 for local files, all usable ones for upstream files.</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>Size in bytes; null if unknown.</summary>
    public long? Size { get; init; }

    /// <summary>When it was published, in the format of PEP 700; null if unknown. See <see cref="FormatUploadTime"/>.</summary>
    public string? UploadTime { get; init; }

    /// <summary>The specifier set as declared; null if there is none.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Null if no metadata is available.</summary>
    public CoreMetadataLink? CoreMetadata { get; init; }

    /// <summary>The yank reason, which may be empty (PEP 592); null if the file is not yanked.</summary>
    public string? Yanked { get; init; }

    /// <summary>Whether a detached signature is available; null if unknown.</summary>
    public bool? GpgSig { get; init; }

    /// <summary>The absolute URL of the file's provenance (PEP 740); null if there is none.</summary>
    public string? Provenance { get; init; }

    /// <summary>A file with a URL relative to its project's page.</summary>
    public static PageFile Beside(string filename) => new(filename, Uri.EscapeDataString(filename));

    /// <summary>The format of PEP 700: UTC with microseconds.</summary>
    public static string FormatUploadTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
