using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Failures about a project.</summary>
internal static class ProjectFailure
{
    /// <summary>The project is here, or in the upstream index, and was not yet then.</summary>
    public static Failure NotYet(ProjectName project) => new(FailureKind.NotFound, $"There was no project {project} in this repository then.");

    /// <summary>There is no such project, or the principal may not know of it: the same words for both.</summary>
    public static Failure NotFound(ProjectName project) => new(FailureKind.NotFound, $"There is no project {project} in this repository.");
}
