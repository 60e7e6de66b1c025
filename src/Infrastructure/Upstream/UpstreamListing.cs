using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A project page of upstream, rendered as this server sends it.</summary>
/// <param name="Page">Its content.</param>
/// <param name="Rendered">The responses made of it.</param>
/// <param name="ETag">Upstream's ETag, for revalidation; null where it sent none.</param>
internal sealed record UpstreamListing(ProjectPage Page, RenderedPage Rendered, string? ETag);
