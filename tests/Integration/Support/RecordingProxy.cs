using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Support;

/// <summary>Stands between real clients and a server, on the loopback, to see what they ask for and get.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _server;
    private readonly string? _accept;

    private RecordingProxy(WebApplication app, HttpClient server, string? accept)
    {
        (_app, _server, _accept) = (app, server, accept);
        app.Run(ForwardAsync);
    }

    public Uri BaseAddress => new(_app.Urls.Single() + "/");

    /// <summary>The requests that were answered, in that order.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = [];

    /// <param name="server">Where the requests go on to.</param>
    /// <param name="accept">The media type that all clients are made to ask for; null leaves it to them.</param>
    public static async Task<RecordingProxy> StartAsync(PyWharfProcess server, string? accept = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var proxy = new RecordingProxy(builder.Build(), server.Client(), accept);
        await proxy._app.StartAsync();

        return proxy;
    }

    /// <summary>The address with user and password in it, as clients are given it.</summary>
    public string UrlFor(string path, string user, string password) =>
        new UriBuilder(new Uri(BaseAddress, path)) { UserName = user, Password = Uri.EscapeDataString(password) }.Uri.AbsoluteUri;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        var path = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), path);
        foreach (var (name, values) in http.Request.Headers.Where(header => header.Key is not "Host" and not "Connection"))
        {
            request.Headers.TryAddWithoutValidation(name, name == "Accept" ? [_accept ?? values.ToString()] : values.ToArray());
        }

        using var response = await _server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(header => header.Key != "Transfer-Encoding"))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        Requests.Enqueue(new RecordedRequest(
            http.Request.Method, path, http.Request.Headers.Accept.ToString(), http.Response.StatusCode, http.Response.ContentType));
        await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
