using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A published file, and what its storage knows of it.</summary>
/// <param name="File">What the index says of it.</param>
/// <param name="Stamp">Ticks of its last write; with its size, what tells it from another.</param>
/// <param name="Fields">Its metadata, of which the catalog keeps what may have several values; null while nobody has read it.</param>
internal sealed record CatalogedFile(PackageFile File, long Stamp, MetadataFields? Fields = null);
