using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>What is known of a file beyond what an index page needs.</summary>
/// <param name="Fields">Its core metadata: as it was uploaded, else as the file itself says.</param>
/// <param name="Metadata">The core metadata document of a wheel, byte for byte; empty for any other file.</param>
public sealed record FileDescription(MetadataFields Fields, ReadOnlyMemory<byte> Metadata);
