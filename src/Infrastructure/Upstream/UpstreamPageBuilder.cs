using System.Buffers;
using System.Text;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Builds a project page of what upstream sends, file by file, within the limits of this server.</summary>
/// <param name="name">The normalised name that was asked for.</param>
/// <param name="address">Where the page came from in the end; relative links count from here, unless the page says otherwise.</param>
internal sealed class UpstreamPageBuilder(string name, Uri address)
{
    /// <summary>How many files, and versions, a page may have.</summary>
    public const int MostFiles = 100_000;

    // Of the rendered page, approximately: links become absolute there, and characters become entities.
    private const int MostBytes = 64 * 1024 * 1024;
    private const int BytesOfEntity = 6;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("&<>\"'");

    private readonly List<PageFile> _files = [];
    private long _bytes;

    /// <summary>What relative links to files count from, where the page says so.</summary>
    public Uri? Base { get; set; }

    /// <summary>The version of the API; null means 1.0 (PEP 629).</summary>
    public string? Version { get; set; }

    /// <summary>Every version that exists; null when they are not known.</summary>
    public IReadOnlyList<string>? Versions { get; set; }

    /// <summary>The status marker, and the reason for it (PEP 792).</summary>
    public (string? Marker, string? Reason) Status { get; set; }

    /// <summary>The target of a link to a file; null where it is no http or https URL.</summary>
    public Uri? LinkOf(string? href) => Resolve(href, Base ?? address);

    /// <summary>Adds a file, unless its name is invalid.</summary>
    /// <param name="file">With links as they are on the page.</param>
    /// <param name="target">The target of the link to it.</param>
    /// <exception cref="UpstreamException">The page is larger than this server takes.</exception>
    public void Add(PageFile file, Uri target)
    {
        if (UpstreamText.Name(file.Filename) is not { } filename)
        {
            return;
        }

        var href = target.GetLeftPart(UriPartial.Query);
        var added = file with
        {
            Filename = filename,
            Href = href == file.Href ? file.Href : href, // nearly always, and then it is in memory once
            Provenance = Resolve(file.Provenance, address)?.AbsoluteUri,
        };
        _bytes += Size(added);
        if (_files.Count == MostFiles || _bytes > MostBytes)
        {
            throw TooLarge();
        }

        _files.Add(added);
    }

    /// <summary>The page as it may be shown: nothing of a quarantined project may be offered (PEP 792).</summary>
    /// <exception cref="UpstreamException">It is of an unknown API version.</exception>
    public ProjectPage ToPage()
    {
        if (!IsUnderstood(Version))
        {
            throw new UpstreamException(FailureKind.BadGateway, "The upstream index speaks a version of the API that this server does not know.");
        }

        var status = Status.Marker is "active" or "archived" or "quarantined" or "deprecated"
            ? new ProjectStatus(Status.Marker, UpstreamText.LineOrNull(Status.Reason))
            : null;

        return new ProjectPage(name, status?.Marker == "quarantined" ? [] : _files) { Versions = Versions, Status = status };
    }

    /// <summary>The absolute URL, without credentials; null when it is none, or none to follow.</summary>
    public static Uri? Resolve(string? href, Uri page)
    {
        if (href is null || href.Length > UpstreamText.LongestUrl || !Uri.TryCreate(page, href, out var target)
            || (target.Scheme != Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttp)
            || target.AbsoluteUri.Length > UpstreamText.LongestUrl)
        {
            return null;
        }

        return target.UserInfo.Length == 0 ? target : new UriBuilder(target) { UserName = "", Password = "" }.Uri;
    }

    /// <summary>The exception for a page that exceeds the limits.</summary>
    public static UpstreamException TooLarge() => new(
        FailureKind.BadGateway, $"The upstream page of this project is larger than this server takes: {MostFiles} files, {MostBytes} bytes.");

    // Majors may change anything.
    private static bool IsUnderstood(string? version) =>
        version is null || (int.TryParse(version.AsSpan(0, (version + '.').IndexOf('.', StringComparison.Ordinal)), out var major) && major == 1);

    private static int Size(PageFile file) =>
        Size(file.Href) + (2 * Size(file.Filename)) + Size(file.RequiresPython) + Size(file.Yanked) + Size(file.Provenance)
        + Size(file.Hashes) + (2 * Size(file.CoreMetadata?.Hashes ?? []));

    private static int Size(IReadOnlyList<FileHash> hashes) => hashes.Sum(hash => hash.Algorithm.Length + hash.Hex.Length);

    private static int Size(string? text) =>
        text is null ? 0 : Encoding.UTF8.GetByteCount(text) + (BytesOfEntity * text.AsSpan().CountAny(Escaped));
}
