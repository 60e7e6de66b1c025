using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>The upstream index, such as pypi.org, for projects that do not exist here.</summary>
/// <remarks>
/// A request discloses the name to upstream and lets it choose the files. The caller makes sure that the project does not exist in the repository
/// and that its name is not reserved (dependency confusion). Responses are cached for a short time, and a little longer while upstream fails.
/// </remarks>
public interface IUpstream
{
    /// <summary>The project's page, with absolute links to upstream's files.</summary>
    /// <returns>
    /// <see cref="FailureKind.NotFound"/> if upstream has no such project, or if there is no upstream;
    /// <see cref="FailureKind.Unavailable"/> if it can't be reached, <see cref="FailureKind.BadGateway"/> if its response is invalid, both with a
    /// retry delay.
    /// </returns>
    ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>As <see cref="GetProjectAsync"/>: the content of the page, and the host that it is from.</summary>
    ValueTask<Outcome<UpstreamProject>> DescribeProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>The absolute URL of a file on that page, or of its <c>.metadata</c> if upstream offers it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="filename">Exactly as the page has it, not percent-encoded.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    /// <returns>Failures are those of <see cref="GetProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for an unknown file.</returns>
    ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken);
}
