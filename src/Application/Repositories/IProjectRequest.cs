using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>A request about one project, which a principal may not be allowed to read or change. AccessBehavior checks that.</summary>
public interface IProjectRequest
{
    /// <summary>The project; null if the request names none, or no valid one.</summary>
    ProjectName? Project { get; }
}
