using Carter;
using MediatR;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Decisions;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The management API: what people decide about a project, as JSON. Documented in /openapi.json and docs/api.md.</summary>
internal sealed class DecisionModule : ICarterModule
{
    private static readonly Failure NoSuchPage = new(FailureKind.NotFound, "There is no such page. The management API is described at /openapi.json.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        foreach (var prefix in (string[])["", "/{repository}"])
        {
            var project = $"{prefix}/api/projects/{{project}}";
            app.MapRead(project, ShowAsync);
            app.MapPut($"{project}/status", SetStatusAsync);

            foreach (var selected in (string[])["versions/{version}", "files/{filename}"])
            {
                app.MapPut($"{project}/{selected}/yank", YankAsync);
                app.MapDelete($"{project}/{selected}/yank", UnyankAsync);
                app.MapDelete($"{project}/{selected}", DeleteAsync);
            }
        }
    }

    private static Task ShowAsync(HttpContext http) => AnswerAsync(
        http,
        async (asked, project) => Shown(project, await asked.Send(new GetProjectRecord.Query(asked.Credential, asked.Addressed, project))));

    private static Task SetStatusAsync(HttpContext http) => ChangeAsync(http, async (asked, project) =>
    {
        var wish = await DecisionBody.ReadAsync(http);
        if (wish.Failure is { } malformed)
        {
            return malformed;
        }

        return StatusMarkers.TryParse(wish.Value.Status, out var status)
            ? Shown(project, await asked.Send(new SetProjectStatus.Command(asked.Credential, asked.Addressed, project, status, wish.Value.Reason)))
            : new Failure(FailureKind.Invalid, $"The status must be one of {StatusMarkers.All}.");
    });

    private static Task YankAsync(HttpContext http) => ChangeAsync(http, async (asked, project) =>
    {
        var wish = await DecisionBody.ReadAsync(http);

        return wish.Failure is { } malformed ? malformed : await YankAsync(http, asked, project, wish.Value.Reason ?? "");
    });

    private static Task UnyankAsync(HttpContext http) =>
        ChangeAsync(http, (asked, project) => YankAsync(http, asked, project, reason: null));

    private static async Task<Outcome<DecisionAnswer>> YankAsync(HttpContext http, Asked asked, ProjectName project, string? reason) =>
        Selection(http) is { } selection
            ? Listed(project, await asked.Send(new YankFiles.Command(asked.Credential, asked.Addressed, project, selection, reason)))
            : NoSuchPage;

    private static Task DeleteAsync(HttpContext http) => ChangeAsync(http, async (asked, project) => Selection(http) is { } selection
        ? Listed(project, await asked.Send(new DeleteFiles.Command(asked.Credential, asked.Addressed, project, selection)))
        : NoSuchPage);

    private static Task ChangeAsync(HttpContext http, Func<Asked, ProjectName, Task<Outcome<DecisionAnswer>>> change) =>
        AnswerAsync(http, async (asked, project) =>
        {
            if (!SessionCookie.AllowsChange(http))
            {
                return SessionCookie.Forged;
            }

            // Before a body is read, and before anything is said of it.
            var access = await asked.Send(new CheckAccess.Query(asked.Credential, asked.Addressed, AccessLevel.Write));

            if (access.Failure is { } refused)
            {
                return refused;
            }

            RequestBody.Of(http)?.Trust();

            return await change(asked, project);
        });

    private static async Task AnswerAsync(HttpContext http, Func<Asked, ProjectName, Task<Outcome<DecisionAnswer>>> ask)
    {
        var answer = http.TryGetAddressed(out var addressed) && ProjectName.TryParse(http.Route("project"), out var project)
            ? await ask(new Asked(http, CredentialReader.Read(http), addressed), project)
            : NoSuchPage;

        await (answer.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : answer.Value.WriteAsync(http));
    }

    /// <summary>What the path selects; null where that is no version.</summary>
    private static FileSelection? Selection(HttpContext http) =>
        http.GetRouteValue("filename") is string filename ? new FileSelection.OfName(filename)
        : PackageVersion.TryParse(http.Route("version"), out var version) ? new FileSelection.OfVersion(version)
        : null;

    private static Outcome<DecisionAnswer> Listed(ProjectName project, Outcome<IReadOnlyList<DistributionFilename>> files) =>
        files.Failure is { } failure ? failure : DecisionAnswer.Files(project, files.Value);

    private static Outcome<DecisionAnswer> Shown(ProjectName project, Outcome<ProjectRecord> record) =>
        record.Failure is { } failure ? failure : DecisionAnswer.Record(project, record.Value);

    /// <summary>Who asks, and where.</summary>
    private sealed record Asked(HttpContext Http, Credential? Credential, RepositoryName? Addressed)
    {
        public Task<T> Send<T>(IRequest<T> request) => Http.Sender().Send(request, Http.RequestAborted);
    }
}
