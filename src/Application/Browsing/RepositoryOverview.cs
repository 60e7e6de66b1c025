using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>What the page of a repository shows.</summary>
public sealed record RepositoryOverview
{
    /// <summary>The repository.</summary>
    public required RepositoryName Name { get; init; }

    /// <summary>What the visitor may do in it.</summary>
    public required AccessLevel Access { get; init; }

    /// <summary>The repositories of a group, in the order in which they are looked at; none for a repository that takes uploads.</summary>
    public required IReadOnlyList<RepositoryName> Members { get; init; }

    /// <summary>Whether reading takes no credentials.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The words that were searched for; empty for all projects.</summary>
    public required string Text { get; init; }

    /// <summary>The projects that match, best first; without words all, by name.</summary>
    public required Paging<ProjectFiles> Matches { get; init; }

    /// <summary>How many projects the visitor finds there.</summary>
    public required int ProjectCount { get; init; }

    /// <summary>How many files these projects have.</summary>
    public required int FileCount { get; init; }

    /// <summary>Projects of which installers are offered nothing, so that they are not among the matches; empty on results of a search.</summary>
    public required IReadOnlyList<ProjectFiles> Quarantined { get; init; }

    /// <summary>The newest uploads, newest first; empty on results of a search.</summary>
    public required IReadOnlyList<PackageFile> Newest { get; init; }
}
