using System.Diagnostics;
using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Browsing;
using PyWharf.Application.Ports;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The pages on which people look up repositories, projects and versions.</summary>
internal sealed class BrowsingModule : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapPage("/", ListRepositoriesAsync);
        app.MapPage("/{repository}", ShowRepositoryAsync);
        app.MapPage("/{repository}/project/{project}", ShowProjectAsync);
        app.MapPage("/{repository}/project/{project}/{version}", ShowProjectAsync);
    }

    private static async Task ListRepositoriesAsync(HttpContext http)
    {
        var credential = CredentialReader.Read(http);
        var visible = credential is null
            ? await ListOpenAsync(http)
            : await http.Sender().Send(new ListRepositories.Query(credential), http.RequestAborted);
        if (visible.Failure is { Kind: FailureKind.Unauthenticated } && credential is { IsSession: true })
        {
            visible = await ListOpenAsync(http); // its secret or token is no longer valid
        }

        if (visible.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else if (visible.Value.Count == 0)
        {
            Redirect.SeeOther(http, "/login/");
        }
        else
        {
            await HtmlResult.WriteAsync<HomePage, IReadOnlyList<VisibleRepository>>(http, visible.Value);
        }
    }

    private static Task<Outcome<IReadOnlyList<VisibleRepository>>> ListOpenAsync(HttpContext http) =>
        http.Sender().Send(new ListOpenRepositories.Query(), http.RequestAborted);

    private static async Task ShowRepositoryAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed) || addressed is null)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash())
        {
            Redirect.Permanently(http, $"/{addressed}/");
        }
        else
        {
            var overview = await http.Sender().Send(
                new DescribeRepository.Query(CredentialReader.Read(http), addressed, http.Request.Query["q"].ToString(), http.PageNumber("page")), http.RequestAborted);

            await (overview.Failure is { } failure
                ? FailureResult.WriteAsync(http, failure)
                : HtmlResult.WriteAsync<RepositoryPage, RepositoryOverview>(http, overview.Value, overview.Value.Name, overview.Value.Access));
        }
    }

    private static async Task ShowProjectAsync(HttpContext http)
    {
        PackageVersion? version = null;
        if (!http.TryGetAddressed(out var addressed)
            || addressed is null
            || !ProjectName.TryParse(http.Route("project"), out var project)
            || (http.GetRouteValue("version") is string text && !PackageVersion.TryParse(text, out version)))
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash() || !project.IsNormalized || (version is not null && version.ToString() != http.Route("version")))
        {
            var paths = ProjectTarget.Paths;
            Redirect.Permanently(http, version is null ? paths.Project(addressed, project) : paths.Version(addressed, project, version));
        }
        else
        {
            var described = await http.Sender().Send(
                new DescribeProject.Query(CredentialReader.Read(http), addressed, project, version, http.PageNumber("versions"), http.PageNumber("files")), http.RequestAborted);

            await (described.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : WriteAsync(http, addressed, described.Value));
        }
    }

    private static Task WriteAsync(HttpContext http, RepositoryName repository, DescribedProject described) => described switch
    {
        DescribedProject.Here(var details) => WriteAsync(http, details),
        DescribedProject.Upstream project => HtmlResult.WriteAsync<UpstreamProjectPage, DescribedProject.Upstream>(http, project, repository, AccessLevel.Read),
        _ => throw new UnreachableException(),
    };

    private static async Task WriteAsync(HttpContext http, ProjectDetails details)
    {
        // Forms need a session, for its CSRF token.
        var access = SessionCookie.Find(http) is null ? AccessLevel.None : details.Access;
        var body = await http.RequestServices.GetRequiredService<ProjectPageCache>().GetBodyAsync(details, http.PageLinks(), access);

        await HtmlResult.WriteAsync<ProjectPage, ProjectPageModel>(http, new ProjectPageModel(details, body), details.Repository, details.RepositoryAccess);
    }
}
