using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>What the inside of a distribution file says of it, once it was found to be sound.</summary>
/// <param name="Document">The METADATA of a wheel or the PKG-INFO of an sdist, byte for byte.</param>
/// <param name="Metadata">The same, read.</param>
/// <param name="RecordDifference">
/// The first difference between a wheel's RECORD and its files, a sentence; null where there is none, and for an sdist. Installers
/// don't look, so that it is worth a warning and no refusal.
/// </param>
/// <param name="Irregularity">
/// The first other thing that the specifications don't allow and that installers take, a sentence; null where there is none.
/// </param>
public sealed record InspectedArchive(ReadOnlyMemory<byte> Document, CoreMetadata Metadata, string? RecordDifference, string? Irregularity);
