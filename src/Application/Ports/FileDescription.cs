using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>The metadata of a file.</summary>
/// <param name="Fields">The core metadata: the upload form's, else that of the file itself.</param>
/// <param name="Metadata">The core metadata document of a wheel, byte for byte; empty for any other file.</param>
public sealed record FileDescription(MetadataFields Fields, ReadOnlyMemory<byte> Metadata);
