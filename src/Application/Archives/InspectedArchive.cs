using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>What the inside of a distribution file says of it, once it was found to be sound.</summary>
/// <param name="Document">METADATA or PKG-INFO, byte for byte.</param>
/// <param name="Metadata">The same, read.</param>
/// <param name="RecordDifference">The first difference between RECORD and the archive, a sentence; null where there is none.</param>
public sealed record InspectedArchive(ReadOnlyMemory<byte> Document, CoreMetadata Metadata, string? RecordDifference);
