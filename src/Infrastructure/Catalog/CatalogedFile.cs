using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A published file with what the catalog stores beside its index entry.</summary>
/// <param name="File">The index entry.</param>
/// <param name="Stamp">Changes when the file does; for a file on a disk the ticks of its last write.</param>
/// <param name="Fields">The metadata that is stored in the catalog only; null before it was read.</param>
internal sealed record CatalogedFile(PackageFile File, long Stamp, MetadataFields? Fields = null);
