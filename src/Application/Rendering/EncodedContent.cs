namespace PyWharf.Application.Rendering;

/// <summary>The bytes of a response, and the strong validator that belongs to them.</summary>
/// <param name="Bytes">To be sent as they are.</param>
/// <param name="ETag">With its quotes.</param>
public sealed record EncodedContent(ReadOnlyMemory<byte> Bytes, string ETag);
