using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>One web server that listens on a port per origin.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _apiPath;
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="apiPath">A path below which the API is; empty for none.</param>
    /// <param name="answer">Answers a request to an origin, and gives up when told to stop.</param>
    public Hosts(string apiPath, Func<HttpContext, Origin, CancellationToken, Task> answer)
    {
        _apiPath = apiPath;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            foreach (var _ in Enum.GetValues<Origin>())
            {
                options.Listen(IPAddress.Loopback, 0);
            }
        });
        _app = builder.Build();
        _app.Run(http => answer(http, OriginOf(http.Connection.LocalPort), _stopping.Token));
    }

    public Task StartAsync() => _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>The base address of an origin, without a slash at its end.</summary>
    public string Root(Origin origin) => _app.Urls.ElementAt((int)origin).TrimEnd('/') + BasePath(origin);

    /// <summary>A path's segments without those of the origin's base; none where the path isn't below it.</summary>
    public string[] WithoutBasePath(Origin origin, string[] segments)
    {
        var path = BasePath(origin).Split('/', StringSplitOptions.RemoveEmptyEntries);

        return segments.Take(path.Length).SequenceEqual(path) ? segments[path.Length..] : [];
    }

    private string BasePath(Origin origin) => (origin, _apiPath) switch
    {
        (Origin.Api, _) => _apiPath,
        (Origin.Uploads, not "") => "/api/uploads",
        _ => "",
    };

    private Origin OriginOf(int port) => Enum.GetValues<Origin>().First(origin => new Uri(_app.Urls.ElementAt((int)origin)).Port == port);
}
