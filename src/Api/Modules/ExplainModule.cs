using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Application.Ports;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Which rule decided what installers get of a project: as JSON, and as a page for people.</summary>
internal sealed class ExplainModule : ICarterModule
{
    private static readonly Failure NoSuchPage = new(FailureKind.NotFound, "There is no such page. What is offered of a project, and why, is at /api/explain/{project}.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/api/explain/{project}", ExplainAsync);
        app.MapRead("/{repository}/api/explain/{project}", ExplainAsync);
        app.MapPage("/{repository}/project/{project}/explain", ShowAsync);
    }

    private static async Task ExplainAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed) || !ProjectName.TryParse(http.Route("project"), out var project))
        {
            await FailureResult.WriteAsync(http, NoSuchPage);

            return;
        }

        var explained = await SendAsync(http, addressed, project);
        await (explained.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : ManagementResponse.Explanation(explained.Value).WriteAsync(http));
    }

    private static async Task ShowAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed) || addressed is null || !ProjectName.TryParse(http.Route("project"), out var project))
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash() || !project.IsNormalized)
        {
            Redirect.Permanently(http, ProjectTarget.Paths.Explanation(addressed, project));
        }
        else
        {
            var explained = await SendAsync(http, addressed, project);

            await (explained.Failure is { } failure
                ? FailureResult.WriteAsync(http, failure)
                : HtmlResult.WriteAsync<ExplanationPage, ExplanationListing>(
                    http, new ExplanationListing(project, explained.Value, http.PageNumber("files")), addressed, AccessLevel.Read));
        }
    }

    private static Task<Outcome<Explanation>> SendAsync(HttpContext http, RepositoryName? addressed, ProjectName project) =>
        http.Sender().Send(new ExplainProject.Query(CredentialReader.Read(http), addressed, project), http.RequestAborted);
}
