using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A change of a catalog, made in one transaction.</summary>
internal sealed record CatalogChange
{
    /// <summary>Files that are new or changed.</summary>
    public IReadOnlyList<CatalogedFile> Published { get; init; } = [];

    /// <summary>Names of files that were removed.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Files whose metadata was read; ignored where the catalog has other bytes by now.</summary>
    public IReadOnlyList<CatalogedFile> Described { get; init; } = [];

    /// <summary>
    /// Files whose size or upload time was found; ignored where the catalog has other bytes by now, or knows it.
    /// </summary>
    public IReadOnlyList<CatalogedFile> Measured { get; init; } = [];

    /// <summary>A project whose record changed, and the new record.</summary>
    public (ProjectName Project, ProjectRecord Record)? ChangedRecord { get; init; }

    /// <summary>A folder, or an index file, that was scanned, with its stamp.</summary>
    public (string Name, long Stamp)? Folder { get; init; }

    /// <summary>A folder that was removed, besides its files.</summary>
    public string? ForgottenFolder { get; init; }

    /// <summary>
    /// The generation (<see cref="IIndexCatalog.BeginSyncAsync"/>) that this change was computed from, and is only valid for. Null where it depends on none.
    /// </summary>
    public long? Basis { get; init; }

    /// <summary>Whether there is nothing to change.</summary>
    public bool IsEmpty => !IsVisible && Folder is null && ForgottenFolder is null;

    /// <summary>Whether it changes what an index shows.</summary>
    public bool IsVisible => Published.Count + Removed.Count + Described.Count + Measured.Count > 0 || ChangedRecord is not null;
}
