using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>What the lists of repositories share.</summary>
internal static class OpenRepositories
{
    /// <summary>The repositories that everybody may read, by name.</summary>
    public static async Task<IReadOnlyList<VisibleRepository>> ListAsync(IRepositories repositories, CancellationToken cancellationToken)
    {
        var open = new List<VisibleRepository>();
        foreach (var repository in repositories.Current?.All ?? [])
        {
            if (repository.Settings.Access.AllowsAnonymousRead && repository.TryHold())
            {
                try
                {
                    open.Add(new(repository.Name, AccessLevel.Read, await CountAsync(repository, ProjectScope.All, cancellationToken), IsOpen: true));
                }
                finally
                {
                    repository.Release();
                }
            }
        }

        return [.. open.OrderBy(repository => repository.Name.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>How many projects of a scope the repository offers; null while its index is being read.</summary>
    public static async Task<int?> CountAsync(Repository repository, ProjectScope scope, CancellationToken cancellationToken) =>
        await repository.GetIndexAsync(cancellationToken) is { } index ? Repository.OfferedProjects(index, scope).Count() : null;
}
