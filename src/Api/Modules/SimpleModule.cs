using Carter;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Audit;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Simple;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>
/// The simple repository API (PEP 503, 691) and the legacy upload, for the repository that the credential names and, below
/// <c>/{repository}</c>, for the one that the path names.
/// </summary>
internal sealed class SimpleModule : ICarterModule
{
    private const string Simple = "/simple";

    private const int MaxHolds = 5;

    private static readonly Failure JustReplaced = new(
        FailureKind.Unavailable, "The configuration of this server was replaced just now: try again.", TimeSpan.FromSeconds(1));

    private static readonly Failure PastIsReadOnly = new(FailureKind.NotAllowed, "Below a path with a date there are pages and files, which are read only: upload without it.");

    // hatch looks for published files below its upload URL, as in devpi (https://hatch.pypa.io); upstream files are not listed there.
    private static readonly string[] Projects = [Simple, "/simple/+simple", "/legacy/+simple"];

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        foreach (var prefix in (string[])["", "/{repository}"])
        {
            app.MapRead($"{prefix}/simple", ListDistributionsAsync);
            foreach (var projects in Projects)
            {
                app.MapRead($"{prefix}{projects}/{{project}}", http => ListFilesAsync(http, projects));
                app.MapRead($"{prefix}{projects}/{{project}}/{{filename}}", http => DownloadAsync(http, projects));
            }

            app.MapPost($"{prefix}/simple", UploadAsync).WithMetadata(UploadEndpoint.Instance);
            app.MapPostOnly($"{prefix}/legacy", UploadAsync).WithMetadata(UploadEndpoint.Instance);
        }
    }

    private static async Task ListDistributionsAsync(HttpContext http)
    {
        var addressed = AddressedIndex.Of(http);
        if (addressed.Failure is { } unknown)
        {
            await FailureResult.WriteAsync(http, unknown);
        }
        else if (!http.EndsInSlash())
        {
            Redirect.Permanently(http, $"{addressed.Value.Path}/simple/");
        }
        else
        {
            var page = await http.Sender().Send(
                new ListDistributions.Query(CredentialReader.Read(http), addressed.Value.Repository, addressed.Value.At), http.RequestAborted);

            await (page.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : PageResult.WriteAsync(http, page.Value));
        }
    }

    private static async Task ListFilesAsync(HttpContext http, string projects)
    {
        var addressed = AddressedIndex.Of(http);
        if (addressed.Failure is { } unknown)
        {
            await FailureResult.WriteAsync(http, unknown);
        }
        else if (!ProjectName.TryParse(http.Route("project"), out var project))
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash() || !project.IsNormalized)
        {
            Redirect.Permanently(http, $"{addressed.Value.Path}{projects}/{project}/");
        }
        else
        {
            var page = await http.Sender().Send(
                new ListFiles.Query(CredentialReader.Read(http), addressed.Value.Repository, project, OnlyHere: projects != Simple, At: addressed.Value.At), http.RequestAborted);

            await (page.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : PageResult.WriteAsync(http, page.Value));
        }
    }

    private static async Task DownloadAsync(HttpContext http, string projects)
    {
        var addressed = AddressedIndex.Of(http);
        if (addressed.Failure is { } unknown)
        {
            await FailureResult.WriteAsync(http, unknown);

            return;
        }

        if (!ProjectName.TryParse(http.Route("project"), out var project) || http.EndsInSlash())
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);

            return;
        }

        var download = await http.Sender().Send(
            new DownloadFile.Query(CredentialReader.Read(http), addressed.Value.Repository, project, http.Route("filename"), OnlyHere: projects != Simple, At: addressed.Value.At),
            http.RequestAborted);

        await (download.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : FileResult.WriteAsync(http, download.Value));
    }

    private static async Task UploadAsync(HttpContext http)
    {
        try
        {
            if (await ReceiveAsync(http) is { } failure)
            {
                Instruments.CountUpload(RepositoryOf(http), Instruments.OutcomeOf(failure), publishedBytes: 0);
                await EarlyFailureResult.WriteAsync(http, failure);
            }
        }
        catch (RequestBodyException exception)
        {
            Instruments.CountUpload(RepositoryOf(http), Instruments.OutcomeOf(exception.Failure), publishedBytes: 0);
            throw;
        }
        catch (Exception exception)
        {
            Instruments.CountUpload(RepositoryOf(http), exception is OperationCanceledException or IOException ? Instruments.Aborted : Instruments.UnhandledException, publishedBytes: 0);
            throw;
        }
    }

    /// <summary>The repository of an upload, if there is such one: the name in a path or a credential alone is the client's.</summary>
    private static RepositoryName? RepositoryOf(HttpContext http) =>
        http.TryGetAddressed(out var addressed)
        && (addressed ?? (RepositoryName.TryParse(CredentialReader.Read(http)?.User ?? "", out var named, out _) ? named : null)) is { } name
            ? http.RequestServices.GetRequiredService<IRepositories>().Current?.Find(name)?.Name
            : null;

    private static async Task<Failure?> ReceiveAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            return AddressedIndex.IsOfThePast(http) ? PastIsReadOnly : FailureResult.NoSuchPage;
        }

        var credential = CredentialReader.Read(http);
        for (var tries = 0; tries < MaxHolds; tries++)
        {
            var access = await http.Sender().Send(new CheckAccess.Query(credential, addressed, AccessLevel.Write, Change: AuditEventKind.Publish), http.RequestAborted);
            if (access.Failure is { } refused)
            {
                return refused;
            }

            // Held until the file is received, even if the configuration is replaced meanwhile. If it was replaced just now, the new one is asked.
            var repository = access.Value;
            if (!repository.TryHold())
            {
                continue;
            }

            try
            {
                RequestBody.Of(http)?.Trust();

                return await ReceiveAsync(http, credential, addressed, repository);
            }
            finally
            {
                repository.Release();
            }
        }

        return JustReplaced;
    }

    private static async Task<Failure?> ReceiveAsync(HttpContext http, Credential? credential, RepositoryName? addressed, Repository repository)
    {
        // LegacyUploadForm has limits of its own, for the file and for the rest.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var maxBytes = http.RequestServices.GetRequiredService<RequestBodyOptions>().MaxUploadBytes ?? long.MaxValue;
        var form = new LegacyUploadForm(repository.Backend.Staging, Math.Min(maxBytes, repository.Settings.MaxFileBytes));
        try
        {
            var fields = await form.ReadAsync(http.Request, http.RequestAborted);
            if (fields.Failure is { } malformed)
            {
                return malformed;
            }

            if (!SessionCookie.AllowsChange(http, fields.Value))
            {
                return SessionCookie.MissingCsrfToken;
            }

            var upload = await http.Sender().Send(
                new UploadPackage.Command(credential, addressed, SessionCookie.WithoutToken(fields.Value), form.File), http.RequestAborted);

            if (upload.Failure is null)
            {
                var isNew = upload.Value.Publication == Publication.Published;
                Instruments.CountUpload(repository.Name, isNew ? Instruments.Published : Instruments.Unchanged, isNew ? form.File?.Length ?? 0 : 0);
                await UploadResult.WriteAsync(http, repository.Name, fields.Value.Filename, upload.Value);
            }

            return upload.Failure;
        }
        finally
        {
            if (form.File is { } file)
            {
                await file.DisposeAsync();
            }
        }
    }
}
