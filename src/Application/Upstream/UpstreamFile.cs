using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>A file of an upstream index, or its metadata document.</summary>
/// <param name="Download">How the client gets the bytes.</param>
/// <param name="Sha256">The digest of the bytes; null if it is not known yet, or where the client fetches them from the index itself.</param>
/// <param name="UploadedAt">When the file was uploaded; null if unknown.</param>
public sealed record UpstreamFile(Download Download, Sha256Digest? Sha256 = null, DateTimeOffset? UploadedAt = null);
