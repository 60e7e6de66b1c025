using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A published file, and by what to see that the storage holds another one under its name.</summary>
/// <param name="File">What the index says of it.</param>
/// <param name="Stamp">Ticks of its last write; with its size, what tells it from another.</param>
internal sealed record CatalogedFile(PackageFile File, long Stamp);
