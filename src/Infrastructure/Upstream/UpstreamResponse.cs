using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>What upstream responded to a request for a project page.</summary>
internal abstract record UpstreamResponse
{
    private UpstreamResponse()
    {
    }

    /// <summary>There is no such project.</summary>
    public sealed record NotFound : UpstreamResponse;

    /// <summary>The cached page, whose ETag was sent, is current.</summary>
    public sealed record NotModified : UpstreamResponse;

    /// <summary>The project's page; the ETag is null when it has none.</summary>
    public sealed record Found(ProjectPage Page, string? ETag) : UpstreamResponse;
}
