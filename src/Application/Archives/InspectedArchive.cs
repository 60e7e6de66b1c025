using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>The result of inspecting a sound distribution file.</summary>
/// <param name="Document">The METADATA of a wheel or the PKG-INFO of an sdist, byte for byte.</param>
/// <param name="Metadata">The same, parsed.</param>
/// <param name="RecordDifference">
/// The first difference between a wheel's RECORD and its files, a sentence; null if there is none, and for an sdist. By default a warning, since
/// installers don't check RECORD.
/// </param>
/// <param name="Irregularity">
/// The first other violation of the specifications that installers accept, a sentence; null if there is none.
/// </param>
public sealed record InspectedArchive(ReadOnlyMemory<byte> Document, CoreMetadata Metadata, string? RecordDifference, string? Irregularity);
