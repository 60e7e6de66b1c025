using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace PyWharf.Integration.Support;

/// <summary>A web server on the loopback that keeps the forms it is sent, to see what real clients send.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordingServer(WebApplication app)
    {
        _app = app;
        app.Run(RecordAsync);
    }

    public Uri BaseAddress => new(_app.Urls.Single() + "/");

    /// <summary>The parts of each POST, in the order of arrival.</summary>
    public ConcurrentQueue<IReadOnlyList<FormPart>> Forms { get; } = [];

    public static async Task<RecordingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new RecordingServer(builder.Build());
        await server._app.StartAsync();

        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RecordAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.Boundary.Value is not { } boundary)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var parts = new List<FormPart>();
        var reader = new MultipartReader(boundary.Trim('"'), http.Request.Body);
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            using var value = new MemoryStream();
            await section.Body.CopyToAsync(value);
            var disposition = section.GetContentDispositionHeader();
            parts.Add(new FormPart(
                disposition?.Name.Value?.Trim('"') ?? "", value.ToArray(), disposition?.FileName.Value?.Trim('"'), section.ContentType));
        }

        Forms.Enqueue(parts);
    }
}
