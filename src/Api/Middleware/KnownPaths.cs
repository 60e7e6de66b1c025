using Microsoft.AspNetCore.Routing.Template;
using PyWharf.Api.Http;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Api.Middleware;

/// <summary>Which paths match a route of this server, given the repositories that it has now.</summary>
internal sealed class KnownPaths(EndpointDataSource endpoints, IRepositories repositories)
{
    // Read at the first request: the routes are complete once the server listens.
    private readonly Lazy<IReadOnlyList<TemplateMatcher>> _routes = new(() =>
    [
        .. from pattern in endpoints.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern).DistinctBy(pattern => pattern.RawText)
           select new TemplateMatcher(new RouteTemplate(pattern), []),
    ]);

    /// <summary>Whether a route matches the path. A route below a repository counts only if that repository exists.</summary>
    public bool Contains(PathString path)
    {
        var values = new RouteValueDictionary();
        foreach (var route in _routes.Value)
        {
            values.Clear();
            if (route.TryMatch(path, values) && (values["repository"] is not string name || IsRepository(AddressedIndex.NameIn(name))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a repository has that name.</summary>
    public bool IsRepository(string name) =>
        RepositoryName.TryParse(name, out var parsed, out _) && repositories.Current?.Find(parsed) is not null;
}
