using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PyWharf.Unit.Infrastructure.Upstream;

/// <summary>An index on a port of this machine, which answers as a test says.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app) => _app = app;

    /// <summary>The URL of its project list.</summary>
    public Uri Index => new(_app.Urls.Single() + "/simple/");

    /// <summary>What it does with the next request.</summary>
    public RequestDelegate Answer { get; set; } = http => Task.FromException(new InvalidOperationException("No request was expected."));

    /// <summary>What it was asked, oldest first: the path and the headers.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers)> Asked { get; } = [];

    /// <summary>On a free port, or on this one.</summary>
    public static async Task<FakeUpstream> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var fake = new FakeUpstream(builder.Build());
        fake._app.Run(http =>
        {
            fake.Asked.Enqueue((http.Request.Path, new HeaderDictionary(http.Request.Headers.ToDictionary())));
            return fake.Answer(http);
        });
        await fake._app.StartAsync();

        return fake;
    }

    /// <summary>Answers everything with this.</summary>
    public void Says(string contentType, string body, int status = 200, string? etag = null) => Answer = async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers.ETag = etag;
        await http.Response.WriteAsync(body);
    };

    /// <summary>Answers everything with a JSON page.</summary>
    public void SaysJson(string body, string? etag = null) => Says("application/vnd.pypi.simple.v1+json", body, etag: etag);

    /// <summary>Answers everything with a status and nothing else.</summary>
    public void Refuses(int status, string? retryAfter = null) => Answer = http =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
