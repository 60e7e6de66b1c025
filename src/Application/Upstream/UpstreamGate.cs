using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>
/// The only way to the upstream index. No repository tells it a name that any repository of this server reserves, whether that is published
/// or not (dependency confusion, docs/decisions/0021).
/// </summary>
internal sealed class UpstreamGate(IUpstream upstream, IRepositories repositories)
{
    /// <summary>As <see cref="IUpstream.GetProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name.</summary>
    public ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        IsReserved(project) ? ValueTask.FromResult<Outcome<RenderedPage>>(Reserved(project)) : upstream.GetProjectAsync(project, cancellationToken);

    /// <summary>As <see cref="IUpstream.GetFileAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name.</summary>
    public ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken) =>
        IsReserved(project) ? ValueTask.FromResult<Outcome<Uri>>(Reserved(project)) : upstream.GetFileAsync(project, filename, cancellationToken);

    // The set in use now: what a configuration reserves counts as soon as it is in place.
    private bool IsReserved(ProjectName project) => repositories.Current?.Reserves(project) != false;

    // Not by whom: that would tell readers of one repository about the others.
    private static Failure Reserved(ProjectName project) => new(
        FailureKind.NotFound, $"There is no project {project} in this repository, and its name is reserved on this server: no other index is asked for it.");
}
