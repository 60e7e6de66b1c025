using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A page of upstream's, ready to be sent.</summary>
/// <param name="Page">What it says.</param>
/// <param name="Rendered">How we say it.</param>
/// <param name="ETag">What upstream calls this version of it; null when it does not.</param>
internal sealed record UpstreamListing(ProjectPage Page, RenderedPage Rendered, string? ETag);
