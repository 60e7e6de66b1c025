using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Upstream;

/// <summary>Another index, such as pypi.org, with projects that show each what can happen.</summary>
internal sealed class FakeIndex : IAsyncDisposable
{
    public const string Json =
        """
        {"meta":{"api-version":"1.4","_last-serial":7},"name":"up-json","versions":["1.0","2.0"],"files":[
        {"filename":"up_json-1.0-py3-none-any.whl","url":"/files/up_json-1.0-py3-none-any.whl","hashes":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        "size":10,"upload-time":"2020-01-02T03:04:05.678901Z","requires-python":">=3.8","core-metadata":true,"yanked":false},
        {"filename":"up_json-2.0.tar.gz","url":"../../files/up_json-2.0.tar.gz","hashes":{"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"size":20,"yanked":"bad <b>"}]}
        """;

    private const string Html =
        """
        <!DOCTYPE html><html><body>
        <a href="../../files/up_html-1.0.tar.gz#sha256=cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" data-requires-python="&gt;=3.7">up_html-1.0.tar.gz</a>
        </body></html>
        """;

    private readonly WebApplication _app;

    private FakeIndex(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    public Uri Origin => new(_app.Urls.Single() + "/");

    /// <summary>Path and Authorization header of each request.</summary>
    public ConcurrentQueue<(string Path, string Authorization)> Requests { get; } = [];

    public static async Task<FakeIndex> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var index = new FakeIndex(builder.Build());
        await index._app.StartAsync();

        return index;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        Requests.Enqueue((http.Request.Path, http.Request.Headers.Authorization.ToString()));

        switch (http.Request.Path.Value)
        {
            case "/simple/up-json/":
                http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
                return http.Response.WriteAsync(Json);
            case "/simple/up-hostile/":
                http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
                return http.Response.WriteAsync(Json.Replace("up-json", "up-hostile", StringComparison.Ordinal).Replace("\"1.0\"", "\"<script>alert(1)</script>\"", StringComparison.Ordinal));
            case "/simple/up-html/":
            case "/simple/taken-over/":
                http.Response.ContentType = "text/html";
                return http.Response.WriteAsync(Html);
            case "/simple/up-broken/":
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return http.Response.WriteAsync("Traceback");
            case "/simple/up-nonsense/":
                http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
                return http.Response.WriteAsync("{\"files\":");
            case "/simple/up-gone/":
                http.Abort();
                return Task.CompletedTask;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }
}
