using PyWharf.Application.Releases;
using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>The content of a document of the JSON API.</summary>
/// <param name="Project">The project with its record.</param>
/// <param name="Release">The version.</param>
/// <param name="Fields">The core metadata of the version.</param>
/// <param name="Page">The absolute URL of the project's page, with a trailing slash; files are below it.</param>
internal sealed record ReleaseDocument(ProjectFiles Project, Release Release, MetadataFields Fields, string Page) : ReleaseDescription(Project, Release, Fields)
{
    /// <summary>A number that increases with every change.</summary>
    public required long LastSerial { get; init; }

    /// <summary>All versions, oldest first; null if one version was requested.</summary>
    public IReadOnlyList<Release>? Releases { get; init; }

    /// <summary>The URL of a file.</summary>
    public string UrlOf(PackageFile file) => Page + Uri.EscapeDataString(file.Filename.ToString());
}
