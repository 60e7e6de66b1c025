using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>The content of a document of the JSON API.</summary>
/// <param name="Project">The project with its record.</param>
/// <param name="Release">The version.</param>
/// <param name="Fields">The core metadata of the version.</param>
/// <param name="Page">The absolute URL of the project's page, with a trailing slash; files are below it.</param>
internal sealed record ReleaseDocument(ProjectFiles Project, Release Release, MetadataFields Fields, string Page)
{
    /// <summary>A number that increases with every change.</summary>
    public required long LastSerial { get; init; }

    /// <summary>All versions, oldest first; null if one version was requested.</summary>
    public IReadOnlyList<Release>? Releases { get; init; }

    /// <summary>The project's name as its author spells it.</summary>
    public string Name => ProjectName.TryParse(Fields["name"], out var name) && name.Equals(Project.Name) ? name.Display : Project.Name.Display;

    /// <summary>The yank reason of the version, which may be empty; null unless all its files are yanked.</summary>
    public string? Yanked => Release.Files.All(file => YankOf(file) is not null) ? YankOf(Release.Files[0]) : null;

    /// <summary>Label and URL of each link, in order. Links with a field of their own come first, under PyPI's labels.</summary>
    public IEnumerable<(string Label, string Url)> Links => AllLinks().DistinctBy(link => link.Label);

    /// <summary>The yank reason of a file, which may be empty; null if it is not yanked.</summary>
    public string? YankOf(PackageFile file) => Project.Record.YankOf(file.Filename);

    /// <summary>The URL of a file.</summary>
    public string UrlOf(PackageFile file) => Page + Uri.EscapeDataString(file.Filename.ToString());

    private IEnumerable<(string Label, string Url)> AllLinks()
    {
        if (Fields["home_page"] is { } homePage)
        {
            yield return ("Homepage", homePage);
        }

        if (Fields["download_url"] is { } download)
        {
            yield return ("Download", download);
        }

        foreach (var link in Fields.All("project_urls"))
        {
            if (link.Split(',', 2, StringSplitOptions.TrimEntries) is [var label, { Length: > 0 } url])
            {
                yield return (label, url);
            }
        }
    }
}
