using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>
/// An index like pypi.org on a port of this machine: JSON and HTML pages with validators, files with ranges, <c>.metadata</c>, credentials, and faults as a
/// test scripts them. Tests may change it while it runs.
/// </summary>
internal sealed class FakePyPi : IAsyncDisposable
{
    private const string JsonType = "application/vnd.pypi.simple.v1+json";
    private const string MetadataSuffix = ".metadata";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, FakeProject> _projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<FakeFault>> _next = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeFault> _always = new(StringComparer.Ordinal);

    private FakePyPi(WebApplication app) => _app = app;

    /// <summary>The URL of its project list.</summary>
    public Uri Index => new(Origin, "simple/");

    public Uri Origin => new(_app.Urls.Single().Replace("127.0.0.1", Host, StringComparison.Ordinal) + "/");

    /// <summary>Every request, oldest first.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    /// <summary>Whether pages are HTML only, as many indexes have them.</summary>
    public bool HasHtmlOnly { get; set; }

    /// <summary>Whether pages have an ETag.</summary>
    public bool HasETags { get; set; } = true;

    /// <summary>The date of pages, for <c>Last-Modified</c>; null for none.</summary>
    public DateTimeOffset? LastModified { get; set; }

    /// <summary>The credentials that all requests need, as in <c>user:password</c>; null for none.</summary>
    public string? Credentials { get; set; }

    /// <summary>The fault of every request that has none of its own; null for none.</summary>
    public FakeFault? Down { get; set; }

    private string Host { get; init; } = "127.0.0.1";

    /// <summary>Starts it, with https for localhost where there is a certificate.</summary>
    /// <param name="certificate">The certificate with its key; null for http at 127.0.0.1.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    public static async Task<FakePyPi> StartAsync(X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}");
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (certificate is not null)
            {
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
            }
        });
        var fake = new FakePyPi(builder.Build()) { Host = certificate is null ? "127.0.0.1" : "localhost" };
        fake._app.Run(fake.AnswerAsync);
        await fake._app.StartAsync();

        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Adds a project, or replaces it.</summary>
    public void Put(FakeProject project) => _projects[project.Name] = project;

    public void Remove(string project) => _projects.TryRemove(project, out _);

    /// <summary>The next requests of a path get one of these faults each, in this order.</summary>
    /// <param name="path">Such as <c>/simple/foo/</c> or <c>/files/foo-1.0-py3-none-any.whl</c>, decoded.</param>
    /// <param name="faults">The faults; those after them are right.</param>
    public void Fail(string path, params ReadOnlySpan<FakeFault> faults)
    {
        foreach (var fault in faults)
        {
            _next.GetOrAdd(path, _ => []).Enqueue(fault);
        }
    }

    /// <summary>All requests of a path get this fault, until <see cref="Mend"/>.</summary>
    public void FailAlways(string path, FakeFault fault) => _always[path] = fault;

    /// <summary>No request of the path gets a fault any more.</summary>
    public void Mend(string path)
    {
        _always.TryRemove(path, out _);
        _next.TryRemove(path, out _);
    }

    /// <summary>How often a path was asked for.</summary>
    public int CountOf(string path) => Requests.Count(request => request.Path == path);

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        Requests.Enqueue(new FakeRequest(http.Request.Method, path, new HeaderDictionary(http.Request.Headers.ToDictionary())));
        try
        {
            var right = RightAnswerTo(http.Request, path);
            var fault = _next.TryGetValue(path, out var queue) && queue.TryDequeue(out var next) ? next : _always.GetValueOrDefault(path) ?? Down;
            await (fault is null ? SendAsync(http, right) : fault(http, right ?? new FakeAnswer("text/plain", [])));
        }
        catch (OperationCanceledException)
        {
            // The client left.
        }
    }

    private FakeAnswer? RightAnswerTo(HttpRequest request, string path) => path.Split('/') switch
    {
        ["", "simple", var name, ""] when _projects.TryGetValue(name, out var project) => Page(request, project),
        ["", "files", var filename] => FileOf(filename),
        _ => null,
    };

    private FakeAnswer Page(HttpRequest request, FakeProject project) =>
        !HasHtmlOnly && request.Headers.Accept.ToString().Contains("json", StringComparison.Ordinal)
            ? new FakeAnswer(JsonType, Encoding.UTF8.GetBytes(FakePages.Json(project, LinkOf)))
            : new FakeAnswer("text/html", Encoding.UTF8.GetBytes(FakePages.Html(project, LinkOf)));

    private FakeAnswer? FileOf(string name)
    {
        var files = _projects.Values.SelectMany(project => project.Files).ToList();
        var content = files.FirstOrDefault(file => file.Filename == name)?.Content
            ?? files.FirstOrDefault(file => file.Filename + MetadataSuffix == name)?.Metadata;

        return content is null ? null : new FakeAnswer("application/octet-stream", content);
    }

    // Relative, as on pages of devpi or Artifactory.
    private static string LinkOf(FakeFile file) => file.Url ?? $"../../files/{Uri.EscapeDataString(file.Filename)}";

    private async Task SendAsync(HttpContext http, FakeAnswer? right)
    {
        if (Credentials is { } credentials && http.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}")
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (right is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (right.ContentType == "application/octet-stream")
        {
            await Results.Bytes(right.Body, right.ContentType, enableRangeProcessing: true).ExecuteAsync(http);
        }
        else
        {
            await SendPageAsync(http, right);
        }
    }

    private async Task SendPageAsync(HttpContext http, FakeAnswer page)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(page.Body))[..16]}\"";
        var date = LastModified?.ToString("R");
        http.Response.Headers.ETag = HasETags ? tag : null;
        http.Response.Headers.LastModified = date;
        if ((HasETags && http.Request.Headers.IfNoneMatch == tag)
            || (date is not null && http.Request.Headers.IfNoneMatch.Count == 0 && http.Request.Headers.IfModifiedSince == date))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;

            return;
        }

        await FakeFaults.SendAsync(http, page);
    }
}
