using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>What the JSON API says of one version.</summary>
/// <param name="Project">Its project, and what was decided about that.</param>
/// <param name="Release">The version.</param>
/// <param name="Fields">What it says of itself.</param>
/// <param name="Page">The absolute URL of the project's page, beside which its files are; ends with a slash.</param>
internal sealed record ReleaseDocument(ProjectFiles Project, Release Release, MetadataFields Fields, string Page)
{
    /// <summary>A number that grows with every change.</summary>
    public required long LastSerial { get; init; }

    /// <summary>All versions, oldest first; null where only one was asked for.</summary>
    public IReadOnlyList<Release>? Releases { get; init; }

    /// <summary>The project's name as its author spells it.</summary>
    public string Name => ProjectName.TryParse(Fields["name"], out var name) && name.Equals(Project.Name) ? name.Display : Project.Name.Display;

    /// <summary>Why the version is yanked, which may be empty; null where one of its files is not.</summary>
    public string? Yanked => Release.Files.All(file => YankOf(file) is not null) ? YankOf(Release.Files[0]) : null;

    /// <summary>Label and address of each link, in order. What has a field of its own comes first, under the label that PyPI gives it.</summary>
    public IEnumerable<(string Label, string Url)> Links => AllLinks().DistinctBy(link => link.Label);

    /// <summary>Why a file is yanked, which may be empty; null when it is not.</summary>
    public string? YankOf(PackageFile file) => Project.Record.YankOf(file.Filename);

    /// <summary>Where a file is.</summary>
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
