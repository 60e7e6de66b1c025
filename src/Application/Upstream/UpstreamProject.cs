using PyWharf.Application.Rendering;

namespace PyWharf.Application.Upstream;

/// <summary>A project of the upstream index.</summary>
/// <param name="Host">The host of the index, without credentials: <c>pypi.org</c>.</param>
/// <param name="Page">Its page.</param>
public sealed record UpstreamProject(string Host, ProjectPage Page);
