using System.Globalization;
using Carter;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.OpenApi;
using PyWharf.Application.Administration;
using PyWharf.Application.Indexing;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Endpoints for operators: the time of the index, initialization, and the API description.</summary>
internal sealed class AdministrationModule : ICarterModule
{
    private static readonly Failure SentByBrowser = new(
        FailureKind.Forbidden, "A server without a configuration takes its first one from a program such as curl, not from a page in a browser.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/openapi.json", http => PageResult.WriteAsync(http, OpenApiDocument.Page));
        app.MapRead("/index_mtime", IndexTimeAsync);
        app.MapRead("/{repository}/index_mtime", IndexTimeAsync);
        app.MapPostOnly("/initialize", InitializeAsync);
    }

    private static async Task IndexTimeAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            await FailureResult.WriteAsync(http, new Failure(FailureKind.NotFound, "There is no such page."));

            return;
        }

        var time = await http.Sender().Send(new GetIndexTime.Query(CredentialReader.Read(http), addressed), http.RequestAborted);
        if (time.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);

            return;
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        await WriteAsync(http, time.Value.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    }

    private static async Task InitializeAsync(HttpContext http)
    {
        if (await ReplaceAsync(http) is { } failure)
        {
            await EarlyFailureResult.WriteAsync(http, failure);
        }
        else
        {
            await WriteAsync(http, "Done");
        }
    }

    private static async Task<Failure?> ReplaceAsync(HttpContext http)
    {
        var credential = CredentialReader.Read(http);
        var caller = await http.Sender().Send(new CheckInitialize.Query(credential), http.RequestAborted);
        if (caller.Failure is { } refused)
        {
            return refused;
        }

        if (caller.Value is not ConfigurationAuthor.Anonymous)
        {
            RequestBody.Of(http)?.Trust();
        }
        else if (http.Request.IsSentByPage())
        {
            return SentByBrowser;
        }

        var documents = await ConfigurationForm.ReadAsync(http.Request, http.RequestAborted);

        return documents.Failure
            ?? (await http.Sender().Send(new Initialize.Command(documents.Value, credential, http.Connection.RemoteIpAddress, http.TraceIdentifier), http.RequestAborted)).Failure;
    }

    private static Task WriteAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain";
        http.Response.ContentLength = text.Length;

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(text);
    }
}
