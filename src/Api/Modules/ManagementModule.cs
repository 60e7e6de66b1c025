using Carter;
using MediatR;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Audit;
using PyWharf.Application.Management;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The management API: status, yanks and deletions of a project, as JSON. Documented in /openapi.json and docs/api.md.</summary>
internal sealed class ManagementModule : ICarterModule
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
        async (caller, project) => ToResponse(project, await caller.Send(new GetProjectRecord.Query(caller.Credential, caller.Addressed, project))));

    private static Task SetStatusAsync(HttpContext http) => ChangeAsync(http, AccessLevel.Admin, AuditEventKind.Status, async (caller, project) =>
    {
        var request = await SmallJson.ReadAsync<ManagementRequest>(http, ManagementRequest.Expected);
        if (request.Failure is { } malformed)
        {
            return malformed;
        }

        return StatusMarkers.TryParse(request.Value.Status, out var status)
            ? ToResponse(project, await caller.Send(new SetProjectStatus.Command(caller.Credential, caller.Addressed, project, status, request.Value.Reason)))
            : new Failure(FailureKind.Invalid, $"The status must be one of {StatusMarkers.All}.");
    });

    private static Task YankAsync(HttpContext http) => ChangeAsync(http, AccessLevel.Write, AuditEventKind.Yank, async (caller, project) =>
    {
        var request = await SmallJson.ReadAsync<ManagementRequest>(http, ManagementRequest.Expected);

        return request.Failure is { } malformed ? malformed : await YankAsync(http, caller, project, request.Value.Reason ?? "");
    });

    private static Task UnyankAsync(HttpContext http) =>
        ChangeAsync(http, AccessLevel.Write, AuditEventKind.Unyank, (caller, project) => YankAsync(http, caller, project, reason: null));

    private static async Task<Outcome<ManagementResponse>> YankAsync(HttpContext http, Caller caller, ProjectName project, string? reason) =>
        Selection(http) is { } selection
            ? ToResponse(project, await caller.Send(new YankFiles.Command(caller.Credential, caller.Addressed, project, selection, reason)))
            : NoSuchPage;

    private static Task DeleteAsync(HttpContext http) => ChangeAsync(http, AccessLevel.Admin, AuditEventKind.Delete, async (caller, project) => Selection(http) is { } selection
        ? ToResponse(project, await caller.Send(new DeleteFiles.Command(caller.Credential, caller.Addressed, project, selection)))
        : NoSuchPage);

    private static Task ChangeAsync(
        HttpContext http, AccessLevel required, AuditEventKind kind, Func<Caller, ProjectName, Task<Outcome<ManagementResponse>>> change) =>
        AnswerAsync(http, async (caller, project) =>
        {
            if (!SessionCookie.AllowsChange(http))
            {
                return SessionCookie.MissingCsrfToken;
            }

            // Access is checked before the body is read, so that a stranger learns nothing about it.
            var access = await caller.Send(new CheckAccess.Query(caller.Credential, caller.Addressed, required, project, kind));

            if (access.Failure is { } refused)
            {
                return refused;
            }

            RequestBody.Of(http)?.Trust();

            return await change(caller, project);
        });

    private static async Task AnswerAsync(HttpContext http, Func<Caller, ProjectName, Task<Outcome<ManagementResponse>>> ask)
    {
        var answer = http.TryGetAddressed(out var addressed) && ProjectName.TryParse(http.Route("project"), out var project)
            ? await ask(new Caller(http, CredentialReader.Read(http), addressed), project)
            : NoSuchPage;

        await (answer.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : answer.Value.WriteAsync(http));
    }

    /// <summary>The files that the path selects; null if its version is invalid.</summary>
    private static FileSelection? Selection(HttpContext http) =>
        http.GetRouteValue("filename") is string filename ? new FileSelection.OfName(filename)
        : PackageVersion.TryParse(http.Route("version"), out var version) ? new FileSelection.OfVersion(version)
        : null;

    private static Outcome<ManagementResponse> ToResponse(ProjectName project, Outcome<IReadOnlyList<DistributionFilename>> files) =>
        files.Failure is { } failure ? failure : ManagementResponse.Files(project, files.Value);

    private static Outcome<ManagementResponse> ToResponse(ProjectName project, Outcome<ProjectRecord> record) =>
        record.Failure is { } failure ? failure : ManagementResponse.Record(project, record.Value);

    /// <summary>The caller and the addressed repository.</summary>
    private sealed record Caller(HttpContext Http, Credential? Credential, RepositoryName? Addressed)
    {
        public Task<T> Send<T>(IRequest<T> request) => Http.Sender().Send(request, Http.RequestAborted);
    }
}
