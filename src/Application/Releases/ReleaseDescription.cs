using PyWharf.Domain;

namespace PyWharf.Application.Releases;

/// <summary>A version with its core metadata.</summary>
/// <param name="Project">The project with its record.</param>
/// <param name="Release">The version.</param>
/// <param name="Fields">The core metadata of the version.</param>
public record ReleaseDescription(ProjectFiles Project, Release Release, MetadataFields Fields)
{
    /// <summary>The project's name as its author spells it.</summary>
    public string Name => ProjectName.TryParse(Fields["name"], out var name) && name.Equals(Project.Name) ? name.Display : Project.Name.Display;

    /// <summary>The yank reason of the version, which may be empty; null unless all its files are yanked.</summary>
    public string? Yanked => Release.YankIn(Project.Record);

    /// <summary>Label and URL of each link, in order, as the author wrote them. Links with a field of their own come first, under PyPI's labels.</summary>
    public IEnumerable<(string Label, string Url)> Links => AllLinks().DistinctBy(link => link.Label);

    /// <summary>The yank reason of a file, which may be empty; null if it is not yanked.</summary>
    public string? YankOf(PackageFile file) => Project.Record.YankOf(file.Filename);

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
