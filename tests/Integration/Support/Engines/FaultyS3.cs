using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Support.Engines;

/// <summary>Stands between a server and <see cref="Ceph"/>, and does to requests what a test says.</summary>
internal sealed class FaultyS3 : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _storage = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private readonly Uri _url;

    private FaultyS3(WebApplication app, Uri url)
    {
        (_app, _url) = (app, url);
        app.Run(ForwardAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>What is done to a request; null, or one that gives false, forwards it.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>How much later it is by the clock of the storage.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>The requests that it got: method and path with query.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<FaultyS3> StartAsync(Uri storage)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var proxy = new FaultyS3(builder.Build(), storage);
        await proxy._app.StartAsync();

        return proxy;
    }

    /// <summary>Answers as S3 does.</summary>
    public static async Task<bool> AnswerAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message><RequestId>1</RequestId></Error>");

        return true;
    }

    /// <summary>Breaks the connection.</summary>
    public static Task<bool> CutAsync(HttpContext http)
    {
        http.Abort();

        return Task.FromResult(true);
    }

    /// <summary>Gives no answer until the client hangs up.</summary>
    public static async Task<bool> HangAsync(HttpContext http)
    {
        var ended = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(ended.SetResult);
        await ended.Task;

        return true;
    }

    /// <summary>Has the storage carry the request out, and breaks the connection in place of the answer.</summary>
    public async Task<bool> LoseAnswerAsync(HttpContext http)
    {
        using var answer = await SendAsync(http);
        await answer.Content.ReadAsByteArrayAsync();

        return await CutAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _storage.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        Requests.Enqueue($"{http.Request.Method} {http.Features.Get<IHttpRequestFeature>()?.RawTarget}");
        if (Fault is { } fault && await fault(http))
        {
            return;
        }

        using var answer = await SendAsync(http);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(header => header.Key is not "Transfer-Encoding" and not "Connection"))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        http.Response.Headers.Date = (TimeProvider.System.GetUtcNow() + Ahead).ToString("R");
        if (!HttpMethods.IsHead(http.Request.Method) && http.Response.StatusCode is not 204 and not 304)
        {
            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }

    /// <summary>With the host that was signed.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(_url, http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""));
        request.Headers.Host = http.Request.Host.Value;
        if (http.Request.ContentLength is not null || http.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, values) in http.Request.Headers.Where(header => header.Key is not "Host" and not "Connection" and not "Expect"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _storage.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
    }
}
