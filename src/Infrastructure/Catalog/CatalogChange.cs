using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>What one transaction changes in a catalog.</summary>
internal sealed record CatalogChange
{
    /// <summary>Files that came or changed.</summary>
    public IReadOnlyList<CatalogedFile> Published { get; init; } = [];

    /// <summary>Names of files that are gone.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Files that were read: what was found counts where the catalog still has the same bytes.</summary>
    public IReadOnlyList<CatalogedFile> Described { get; init; } = [];

    /// <summary>
    /// Files of which the size or the time of the upload was found out: it counts where the catalog still has the same bytes and does not know it.
    /// </summary>
    public IReadOnlyList<CatalogedFile> Measured { get; init; } = [];

    /// <summary>A project whose record changed, and the new record.</summary>
    public (ProjectName Project, ProjectRecord Record)? ChangedRecord { get; init; }

    /// <summary>A folder, or a file that lists others, that was looked at, with its stamp.</summary>
    public (string Name, long Stamp)? Folder { get; init; }

    /// <summary>A folder that is gone; its files are removed too.</summary>
    public string? ForgottenFolder { get; init; }

    /// <summary>
    /// The catalog (<see cref="IndexCatalog.BeginSync"/>) from which all this was found out; in another one it would be wrong. Null where it holds by
    /// itself.
    /// </summary>
    public long? Basis { get; init; }

    /// <summary>Whether there is nothing to change.</summary>
    public bool IsEmpty => !IsVisible && Folder is null && ForgottenFolder is null;

    /// <summary>Whether an index made before does not show it.</summary>
    public bool IsVisible => Published.Count + Removed.Count + Described.Count + Measured.Count > 0 || ChangedRecord is not null;
}
