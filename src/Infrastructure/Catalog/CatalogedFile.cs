using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A published file, and what its storage knows of it.</summary>
/// <param name="File">What the index says of it.</param>
/// <param name="Stamp">By what the back end tells it from another of its name; of a file on a disk the ticks of its last write.</param>
/// <param name="Fields">Its metadata, as far as the catalog has to keep it; null while nobody has read it.</param>
internal sealed record CatalogedFile(PackageFile File, long Stamp, MetadataFields? Fields = null);
