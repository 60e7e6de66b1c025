using Carter;
using PyWharf.Api.Http;
using PyWharf.Application.Legacy;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>PyPI's JSON API, for tools that ask for the metadata of a version (https://docs.pypi.org/api/json/).</summary>
internal sealed class LegacyJsonModule : ICarterModule
{
    private static readonly Failure NoSuchPage = new(
        FailureKind.NotFound, "There is no such page. What is known of a project is at /pypi/{project}/json, and of a version at /pypi/{project}/{version}/json.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        foreach (var prefix in (string[])["", "/{repository}"])
        {
            app.MapRead($"{prefix}/pypi/{{project}}/json", DescribeAsync);
            app.MapRead($"{prefix}/pypi/{{project}}/{{version}}/json", DescribeAsync);
        }
    }

    // No redirect to the normalised name: tools that use this API don't follow redirects.
    private static async Task DescribeAsync(HttpContext http)
    {
        PackageVersion? version = null;
        if (!http.TryGetAddressed(out var addressed)
            || !ProjectName.TryParse(http.Route("project"), out var project)
            || (http.GetRouteValue("version") is string text && !PackageVersion.TryParse(text, out version)))
        {
            await FailureResult.WriteAsync(http, NoSuchPage);

            return;
        }

        var document = await http.Sender().Send(
            new DescribeRelease.Query(CredentialReader.Read(http), addressed, project, version, http.Request.BaseUrl()), http.RequestAborted);

        await (document.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : PageResult.WriteAsync(http, document.Value));
    }
}
