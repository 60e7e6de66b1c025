using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>
/// The only caller of the upstream index. It never asks for a name that any repository of this server reserves, published or not (dependency
/// confusion, docs/decisions/0021).
/// </summary>
internal sealed class UpstreamGate(IUpstream upstream, IRepositories repositories)
{
    /// <summary>As <see cref="IUpstream.GetProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name.</summary>
    public ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        IsReserved(project) ? ValueTask.FromResult<Outcome<RenderedPage>>(Reserved(project)) : upstream.GetProjectAsync(project, cancellationToken);

    /// <summary>As <see cref="IUpstream.DescribeProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name.</summary>
    public ValueTask<Outcome<UpstreamProject>> DescribeProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        IsReserved(project) ? ValueTask.FromResult<Outcome<UpstreamProject>>(Reserved(project)) : upstream.DescribeProjectAsync(project, cancellationToken);

    /// <summary>As <see cref="IUpstream.GetFileAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name.</summary>
    public ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken) =>
        IsReserved(project) ? ValueTask.FromResult<Outcome<Uri>>(Reserved(project)) : upstream.GetFileAsync(project, filename, cancellationToken);

    // Reads the current set each time: a new configuration applies at once.
    private bool IsReserved(ProjectName project) => repositories.Current?.Reserves(project) != false;

    // Does not say by which repository: that would tell readers of one repository about others.
    private static Failure Reserved(ProjectName project) => new(
        FailureKind.NotFound, $"There is no project {project} in this repository, and its name is reserved on this server: no other index is asked for it.");
}
