using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A page of an index: a project's page, the project list, or a web server's listing of a folder.</summary>
/// <param name="Address">Where it came from in the end.</param>
/// <param name="Content">The links to files, with the project's status.</param>
/// <param name="Projects">The projects of a list in JSON.</param>
/// <param name="Links">The links of an HTML page.</param>
internal sealed record IndexPage(Uri Address, ProjectPage Content, IReadOnlyList<ProjectName> Projects, IReadOnlyList<IndexLink> Links)
{
    /// <summary>The files that are distributions by their names.</summary>
    public IEnumerable<PageFile> Distributions => Content.Files.Where(file => DistributionFilename.HasDistributionExtension(file.Filename));

    /// <summary>Folders of a web server's listing.</summary>
    public IEnumerable<IndexLink> Folders => Links.Where(link => link.IsFolder && link.IsBelow(Address)).DistinctBy(link => link.Target);

    /// <summary>
    /// Links to project pages (PEP 503). Some indexes write them without a slash at the end; where folders or files are linked as well, those are
    /// files that are no distributions.
    /// </summary>
    public IEnumerable<IndexLink> ProjectLinks
    {
        get
        {
            var hasSlashes = Links.Any(link => link.Segment.EndsWith('/') && link.IsBelow(Address)) || Distributions.Any();

            return Links.Where(link => !link.IsFolder && NameOf(link) is { } name
                && (link.Segment.EndsWith('/') || !hasSlashes)
                && (link.IsBelow(Address) || (link.HasOriginOf(Address) && link.Target.Query.Length == 0 && ProjectName.TryParse(link.Text, out var text) && text.Equals(name))))
                .DistinctBy(link => link.Target);
        }
    }

    /// <summary>How many files of a web server's listing are no distributions.</summary>
    public int PassedOver
    {
        get
        {
            var projects = ProjectLinks.Select(link => link.Target).ToHashSet();

            return Links.Count(link => link.IsBelow(Address) && !link.Segment.EndsWith('/') && !projects.Contains(link.Target)
                && !DistributionFilename.HasDistributionExtension(link.Segment));
        }
    }

    /// <summary>The project that a link names by its last segment; null for none.</summary>
    public static ProjectName? NameOf(IndexLink link) => ProjectName.TryParse(link.Segment.TrimEnd('/'), out var name) ? name : null;
}
