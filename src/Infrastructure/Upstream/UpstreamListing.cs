using PyWharf.Application.Upstream;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A project page of upstream.</summary>
/// <param name="Project">Its content.</param>
/// <param name="ETag">Upstream's ETag, for revalidation; null where it sent none.</param>
internal sealed record UpstreamListing(UpstreamProject Project, string? ETag);
