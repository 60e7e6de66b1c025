using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>What a change is about, as it is before the change.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Access">What the caller may do there.</param>
/// <param name="Project">The project.</param>
/// <param name="Selection">The selected files; null for the project as a whole.</param>
/// <param name="Files">These files, oldest first; for the project as a whole, all.</param>
public sealed record ChangePreview(
    RepositoryName Repository, AccessLevel Access, ProjectFiles Project, FileSelection? Selection, IReadOnlyList<PackageFile> Files)
{
    /// <summary>The yank reason of the first file that is yanked, which may be empty; null if none is.</summary>
    public string? YankReason => Files.Select(file => Project.Record.YankOf(file.Filename)).FirstOrDefault(reason => reason is not null);
}
