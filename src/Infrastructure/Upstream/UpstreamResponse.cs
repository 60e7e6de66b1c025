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

    /// <summary>The cached page, whose validators were sent, is current.</summary>
    public sealed record NotModified : UpstreamResponse;

    /// <summary>The project's page.</summary>
    /// <param name="Page">The page.</param>
    /// <param name="Validators">For its revalidation.</param>
    /// <param name="MaxAge">For how long upstream says that it is fresh; null if it does not.</param>
    public sealed record Found(ProjectPage Page, PageValidators Validators, TimeSpan? MaxAge) : UpstreamResponse;
}
