using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>What upstream said.</summary>
internal abstract record UpstreamAnswer
{
    private UpstreamAnswer()
    {
    }

    /// <summary>There is no such project.</summary>
    public sealed record NotFound : UpstreamAnswer;

    /// <summary>The page with the ETag that we named is still right.</summary>
    public sealed record NotModified : UpstreamAnswer;

    /// <summary>The project's page; the ETag is null when it has none.</summary>
    public sealed record Found(ProjectPage Page, string? ETag) : UpstreamAnswer;
}
