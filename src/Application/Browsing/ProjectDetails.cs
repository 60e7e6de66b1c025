using PyWharf.Application.Ports;
using PyWharf.Application.Releases;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>What the page of a project, or of one of its versions, shows.</summary>
/// <param name="Project">The project with its record.</param>
/// <param name="Release">The version that is shown.</param>
/// <param name="Fields">The core metadata of the version.</param>
public sealed record ProjectDetails(ProjectFiles Project, Release Release, MetadataFields Fields) : ReleaseDescription(Project, Release, Fields)
{
    /// <summary>The repository.</summary>
    public required RepositoryName Repository { get; init; }

    /// <summary>The member of a group that has the project; null where <see cref="Repository"/> is no group.</summary>
    public required RepositoryName? Member { get; init; }

    /// <summary>What the visitor may do in the repository, with some projects at least.</summary>
    public required AccessLevel RepositoryAccess { get; init; }

    /// <summary>Whether reading the repository takes no credentials.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>What the visitor may do with this project.</summary>
    public required AccessLevel Access { get; init; }

    /// <summary>The versions, newest first.</summary>
    public required Paging<Release> Releases { get; init; }

    /// <summary>The files of the version, by name.</summary>
    public required Paging<PackageFile> Files { get; init; }

    /// <summary>The declared dependencies, in order.</summary>
    public required IReadOnlyList<Dependency> Dependencies { get; init; }

    /// <summary>The state of the index that this was read from: what was made of it is valid while the index is the same object.</summary>
    public required RepositoryIndex Index { get; init; }

    /// <summary>Whether the visitor reads all projects, so that what they see does not depend on who they are.</summary>
    public required bool ReadsAll { get; init; }

    /// <summary>Name and version.</summary>
    public string Heading => $"{Name} {Release.Version}";

    /// <summary>Whether this is the version that installers take by default.</summary>
    public bool IsLatest => Release.Version.Equals(Project.Latest?.Filename.Version);
}
