using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>The index that is asked for projects which do not exist here, such as pypi.org.</summary>
/// <remarks>
/// Asking tells upstream the name, and lets it choose the files: whoever calls this has made sure that the project does not exist
/// in the repository, and that its name is not reserved (dependency confusion). Answers are kept for a short time, and a little longer while upstream is in trouble.
/// </remarks>
public interface IUpstream
{
    /// <summary>The project's page, with absolute links to upstream's files.</summary>
    /// <returns>
    /// <see cref="FailureKind.NotFound"/> when upstream has no such project, or when there is no upstream;
    /// <see cref="FailureKind.Unavailable"/> when it could not be asked, <see cref="FailureKind.BadGateway"/> when its answer makes no
    /// sense, both with a time to retry after.
    /// </returns>
    ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>The absolute URL of a file on that page, or of its <c>.metadata</c> where upstream offers it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="filename">Exactly as the page has it, not percent-encoded.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <returns>Failures are those of <see cref="GetProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for an unknown file.</returns>
    ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken);
}
