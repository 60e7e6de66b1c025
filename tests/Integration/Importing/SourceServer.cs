using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Importing;

/// <summary>A web server on the loopback with the pages and files that a test gives it. It keeps what it is asked.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);

    private SourceServer(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    /// <summary>With a slash at the end.</summary>
    public Uri Address => new(_app.Urls.Single() + "/");

    /// <summary>Method, path and Authorization of each request.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Authorization)> Requests { get; } = [];

    /// <summary>How often each path was fetched with GET.</summary>
    public IReadOnlyDictionary<string, int> Fetched => Requests.Where(request => request.Method == "GET").CountBy(request => request.Path).ToDictionary();

    /// <summary>Answers paths that no other answer is for; null is 404.</summary>
    public RequestDelegate? Otherwise { get; set; }

    public static async Task<SourceServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new SourceServer(builder.Build());
        await server._app.StartAsync();

        return server;
    }

    /// <summary>Answers a path with a page.</summary>
    public void AddPage(string path, string html, string type = "text/html; charset=utf-8") => Add(path, http =>
    {
        http.Response.ContentType = type;

        return http.Response.WriteAsync(html);
    });

    /// <summary>Answers a path with a file, as web servers send those: HEAD too, and with the time of its last change if there is one.</summary>
    public void AddFile(string path, byte[] content, DateTimeOffset? modified = null) => Add(path, async http =>
    {
        http.Response.ContentLength = content.Length;
        http.Response.GetTypedHeaders().LastModified = modified;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(content);
        }
    });

    /// <summary>Answers a path.</summary>
    public void Add(string path, RequestDelegate answer) => _answers[path] = answer;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        Requests.Enqueue((http.Request.Method, path, http.Request.Headers.Authorization));
        if ((_answers.GetValueOrDefault(path) ?? Otherwise) is { } answer)
        {
            return answer(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;

        return Task.CompletedTask;
    }
}
