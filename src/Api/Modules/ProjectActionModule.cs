using Carter;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Audit;
using PyWharf.Application.Management;
using PyWharf.Application.Ports;
using PyWharf.Application.Releases;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Yank, unyank, delete and status from the browser: GET asks, and the form of that page makes the change as the management API does.</summary>
internal sealed class ProjectActionModule : ICarterModule
{
    private static readonly string[] VersionOrFile = ["{version}/", "files/{filename}/"];

    private static readonly ProjectAction[] Actions =
    [
        new("yank", VersionOrFile, AccessLevel.Write, AuditEventKind.Yank, ShowAsync<YankPage>, YankAsync),
        new("unyank", VersionOrFile, AccessLevel.Write, AuditEventKind.Unyank, ShowAsync<UnyankPage>, UnyankAsync),
        new("delete", VersionOrFile, AccessLevel.Admin, AuditEventKind.Delete, ShowAsync<DeletePage>, DeleteAsync),
        new("status", [""], AccessLevel.Admin, AuditEventKind.Status, ShowAsync<StatusPage>, SetStatusAsync),
    ];

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        foreach (var action in Actions)
        {
            foreach (var selection in action.Selections)
            {
                var pattern = $"/{{repository}}/project/{{project}}/{selection}{action.Name}";
                app.MapPage(pattern, http => AskAsync(http, action));
                app.MapForm(pattern, http => MakeAsync(http, action));
            }
        }
    }

    private static async Task AskAsync(HttpContext http, ProjectAction action)
    {
        if (ProjectTarget.Of(http) is not { } target)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (target.PathOf(action.Name) is var path && http.Request.Path.Value != Uri.UnescapeDataString(path))
        {
            Redirect.Permanently(http, path);
        }
        else
        {
            await ShowAsync(target, action, sent: null, problem: null);
        }
    }

    private static async Task MakeAsync(HttpContext http, ProjectAction action)
    {
        // First of all, so that a form of another page is refused alike whatever it asks for.
        var form = await SessionForm.ReadAsync(http);
        if (form.Failure is { } foreign)
        {
            await EarlyFailureResult.WriteAsync(http, foreign);
        }
        else if (ProjectTarget.Of(http) is not { } target)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (await target.Send(target.Check(action.Required, action.Kind)) is { Failure: { } refused })
        {
            await FailureResult.WriteAsync(http, refused);
        }
        else
        {
            await MakeAsync(target, action, new ProjectActionFields(form.Value["reason"].Trim(), form.Value["status"], form.Value["confirm"].Trim()));
        }
    }

    private static async Task MakeAsync(ProjectTarget target, ProjectAction action, ProjectActionFields fields)
    {
        var made = await action.MakeAsync(target, fields);
        if (made.Failure is { Kind: FailureKind.Invalid } problem)
        {
            await ShowAsync(target, action, fields, problem.Message);
        }
        else if (made.Failure is { } failure)
        {
            await FailureResult.WriteAsync(target.Http, failure);
        }
        else
        {
            await SessionCookie.LeaveNoticeAsync(target.Http, made.Value);
            Redirect.SeeOther(target.Http, await PathAfterAsync(target));
        }
    }

    private static async Task<Outcome<string>> YankAsync(ProjectTarget target, ProjectActionFields fields) =>
        await YankAsync(target, fields.Reason, $"{target.Subject} is yanked: installers skip it by default.");

    private static async Task<Outcome<string>> UnyankAsync(ProjectTarget target, ProjectActionFields fields) =>
        await YankAsync(target, reason: null, $"{target.Subject} is no longer yanked.");

    private static async Task<Outcome<string>> YankAsync(ProjectTarget target, string? reason, string notice)
    {
        var files = await target.Send(new YankFiles.Command(target.Credential, target.Repository, target.Project, target.Files, reason));

        return files.Failure is { } failure ? failure : notice;
    }

    private static async Task<Outcome<string>> DeleteAsync(ProjectTarget target, ProjectActionFields fields)
    {
        if (!target.IsConfirmedBy(fields.Confirmation))
        {
            return new Failure(
                FailureKind.Invalid, $"Nothing was deleted: to delete it, type {ProjectActionForm.ConfirmationOf(target.Project, target.Selection)}.");
        }

        var files = await target.Send(new DeleteFiles.Command(target.Credential, target.Repository, target.Project, target.Files));

        return files.Failure is { } failure ? failure : $"{target.Subject} is deleted for good.";
    }

    private static async Task<Outcome<string>> SetStatusAsync(ProjectTarget target, ProjectActionFields fields)
    {
        if (!StatusMarkers.TryParse(fields.Status, out var status))
        {
            return new Failure(FailureKind.Invalid, $"The status must be one of {StatusMarkers.All}.");
        }

        var record = await target.Send(new SetProjectStatus.Command(target.Credential, target.Repository, target.Project, status, fields.Reason));

        return record.Failure is { } failure ? failure : $"{target.Project} is now {status.Text()}.";
    }

    private static async Task ShowAsync(ProjectTarget target, ProjectAction action, ProjectActionFields? sent, string? problem)
    {
        var preview = await target.Send(target.Preview(target.Selection, action.Required));
        if (preview.Failure is { } failure)
        {
            await FailureResult.WriteAsync(target.Http, failure);
        }
        else if (SessionCookie.Find(target.Http) is null)
        {
            // Somebody with an Authorization header: the form needs the token of a session.
            Redirect.ToLogin(target.Http);
        }
        else
        {
            await action.ShowAsync(
                target.Http, new ProjectActionForm(preview.Value, sent, problem), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
        }
    }

    private static Task ShowAsync<TPage>(HttpContext http, ProjectActionForm form, int status)
        where TPage : Page<ProjectActionForm> =>
        HtmlResult.WriteAsync<TPage, ProjectActionForm>(http, form, form.Change.Repository, form.Change.Access, status);

    /// <summary>The page to show after a change: the version's or the project's, if it still has files; else the repository's.</summary>
    private static async Task<string> PathAfterAsync(ProjectTarget target)
    {
        var project = await target.Send(target.Preview(selection: null, AccessLevel.Read));
        var versions = project.Failure is null ? Release.AllOf(project.Value.Project).Select(release => release.Version).ToList() : [];

        return versions.Count == 0 ? ProjectTarget.Paths.Repository(target.Repository)
            : target.Version is { } version && versions.Contains(version) ? ProjectTarget.Paths.Version(target.Repository, target.Project, version)
            : ProjectTarget.Paths.Project(target.Repository, target.Project);
    }

    /// <summary>An action, with the page that asks before it.</summary>
    /// <param name="Name">The last segment of its URL.</param>
    /// <param name="Selections">The segments before, that say what it is about.</param>
    /// <param name="Required">The access that it requires.</param>
    /// <param name="Kind">Its event in the audit log.</param>
    /// <param name="ShowAsync">Writes its page, with a status.</param>
    /// <param name="MakeAsync">Makes the change; returns what to tell the visitor. <see cref="FailureKind.Invalid"/> shows the page again.</param>
    private sealed record ProjectAction(
        string Name,
        string[] Selections,
        AccessLevel Required,
        AuditEventKind Kind,
        Func<HttpContext, ProjectActionForm, int, Task> ShowAsync,
        Func<ProjectTarget, ProjectActionFields, Task<Outcome<string>>> MakeAsync);
}
