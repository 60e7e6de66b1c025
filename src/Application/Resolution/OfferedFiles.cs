using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>The part of an upstream project that a repository's rules let pass.</summary>
/// <param name="Page">Its page, as clients get it.</param>
/// <param name="Until">When the next file becomes old enough; null if no file is too young.</param>
internal sealed record OfferedFiles(ProjectPage Page, DateTimeOffset? Until)
{
    /// <summary>Applies the rules.</summary>
    /// <param name="offer">The project.</param>
    /// <param name="now">The time, which rules go by.</param>
    /// <param name="at">The moment until which files have to have been uploaded; null for now.</param>
    public static OfferedFiles Of(UpstreamOffer offer, DateTimeOffset now, DateTimeOffset? at = null)
    {
        var project = offer.Project;
        var files = new List<PageFile>(project.Page.Files.Count);
        DateTimeOffset? until = null;
        foreach (var file in project.Page.Files)
        {
            if (at is { } moment && !offer.ExistedAt(file, moment))
            {
                continue;
            }

            if (offer.Against(file, now) is { } ruling)
            {
                until = until < ruling.Until ? until : ruling.Until ?? until;
            }
            else
            {
                // Relative to the page: the links of a cached project lead to this server.
                files.Add(project.IsCached ? file with { Href = Uri.EscapeDataString(file.Filename) } : file);
            }
        }

        return new OfferedFiles(
            project.Page with { Files = files, Versions = files.Count == project.Page.Files.Count ? project.Page.Versions : VersionsOf(project.Page, files) }, until);
    }

    /// <summary>The versions of the page that offered files have: others may be too young, too.</summary>
    private static string[]? VersionsOf(ProjectPage page, IReadOnlyList<PageFile> files)
    {
        var offered = files.Select(file => DistributionFilename.TryParse(file.Filename, out var parsed) ? parsed.Version : null).OfType<PackageVersion>().ToHashSet();

        return page.Versions?.Where(text => PackageVersion.TryParse(text, out var version) && offered.Contains(version)).ToArray();
    }
}
