using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>An upstream index, such as pypi.org, for projects that do not exist here. Its answers are hostile by assumption. Safe for concurrent use.</summary>
/// <remarks>
/// A request discloses the name to upstream and lets it choose the files. The gate (Resolution/UpstreamGate), its only caller, makes sure that the project does not
/// exist in the repository, that its name is not reserved (dependency confusion), and that the repository's rules let it pass.
/// </remarks>
public interface IUpstream : IDisposable
{
    /// <summary>The host of the index, without credentials: <c>pypi.org</c>.</summary>
    string Host { get; }

    /// <summary>
    /// Why the index can't be used now, a sentence; null if it can, as far as is known. What is kept is served meanwhile. Starts a request to the index now
    /// and then, to find out.
    /// </summary>
    string? Trouble { get; }

    /// <summary>The project as the index has it, from the cache or from there.</summary>
    /// <returns>
    /// <see cref="FailureKind.NotFound"/> if the index has no such project;
    /// <see cref="FailureKind.Unavailable"/> if it can't be reached, <see cref="FailureKind.BadGateway"/> if its response is invalid, both with a
    /// retry delay.
    /// </returns>
    /// <param name="project">The project.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    ValueTask<Outcome<UpstreamProject>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>A file of a project, or its metadata document (PEP 658).</summary>
    /// <param name="project">As <see cref="GetProjectAsync"/> gave it.</param>
    /// <param name="file">One of its files; with a metadata document if that is asked for.</param>
    /// <param name="isMetadata">Whether the document is asked for.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    /// <returns>
    /// <see cref="FailureKind.NotFound"/> if the file is gone; <see cref="FailureKind.Unavailable"/> and <see cref="FailureKind.BadGateway"/>, the latter also
    /// for other bytes than the page announces.
    /// </returns>
    ValueTask<Outcome<UpstreamFile>> OpenAsync(UpstreamProject project, PageFile file, bool isMetadata, CancellationToken cancellationToken);
}
