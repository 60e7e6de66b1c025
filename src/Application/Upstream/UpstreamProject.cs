using System.Globalization;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>A project of an upstream index, as that index has it: before any rule. Immutable, and the same object until its page changes.</summary>
/// <param name="name">The project.</param>
/// <param name="host">The host of the index.</param>
/// <param name="page">Its page.</param>
public sealed class UpstreamProject(ProjectName name, string host, ProjectPage page)
{
    private Dictionary<string, PageFile>? _byFilename;

    /// <summary>No first sights, for an index that they do not matter for.</summary>
    public static IReadOnlyDictionary<string, DateTimeOffset> NothingSeen { get; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>The project.</summary>
    public ProjectName Name => name;

    /// <summary>The host of the index, without credentials: <c>pypi.org</c>.</summary>
    public string Host => host;

    /// <summary>Its page, with absolute links to the files.</summary>
    public ProjectPage Page => page;

    /// <summary>Whether clients get the files from this server.</summary>
    public bool IsCached { get; init; }

    /// <summary>When files without an upload time were first seen here, by their names.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> FirstSeen { get; init; } = NothingSeen;

    /// <summary>When the file was uploaded, or else first seen here; null if neither is known.</summary>
    public DateTimeOffset? Since(PageFile file) =>
        UploadedAt(file) ?? (FirstSeen.TryGetValue(file.Filename, out var seen) ? seen : null);

    /// <summary>When the file was uploaded; null if the index does not say.</summary>
    public static DateTimeOffset? UploadedAt(PageFile file) =>
        DateTimeOffset.TryParse(file.UploadTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The file of exactly this name, and whether its metadata document is meant; null if there is none.</summary>
    /// <param name="filename">Such as <c>a-1-py3-none-any.whl</c> or <c>a-1-py3-none-any.whl.metadata</c>, not percent-encoded.</param>
    public (PageFile File, bool IsMetadata)? Find(string filename)
    {
        var files = _byFilename ??= Index();

        return files.TryGetValue(filename, out var file) ? (file, false)
            : filename.EndsWith(CoreMetadataLink.Suffix, StringComparison.Ordinal)
                && files.TryGetValue(filename[..^CoreMetadataLink.Suffix.Length], out var described) && described.CoreMetadata is not null ? (described, true)
            : null;
    }

    private Dictionary<string, PageFile> Index()
    {
        var files = new Dictionary<string, PageFile>(page.Files.Count, StringComparer.Ordinal);
        foreach (var file in page.Files)
        {
            files.TryAdd(file.Filename, file);
        }

        return files;
    }
}
