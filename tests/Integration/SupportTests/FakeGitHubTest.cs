using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

/// <summary>A fake GitHub with one private repository, asked by a plain client that follows no redirect.</summary>
public abstract class FakeGitHubTest : IAsyncLifetime
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private FakeGitHub? _gitHub;
    private FakeRepository? _packages;
    private FakeToken? _writer;
    private FakeToken? _reader;

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private protected FakeGitHub GitHub => _gitHub ?? throw new InvalidOperationException("Not started");

    /// <summary><c>acme/packages</c>, private.</summary>
    private protected FakeRepository Packages => _packages ?? throw new InvalidOperationException("Not started");

    private protected FakeToken Writer => _writer ?? throw new InvalidOperationException("Not started");

    private protected FakeToken Reader => _reader ?? throw new InvalidOperationException("Not started");

    public async Task InitializeAsync()
    {
        _gitHub = await FakeGitHub.StartAsync(Time);
        _packages = _gitHub.AddRepository("acme/packages");
        _writer = _gitHub.AddToken(_packages, Role.Push);
        _reader = _gitHub.AddToken(_packages, Role.Pull);
    }

    public async Task DisposeAsync() => await GitHub.DisposeAsync();

    /// <summary>A request as a careful client sends it.</summary>
    /// <param name="method">GET, POST, …</param>
    /// <param name="address">A whole address, or a path below the API's.</param>
    /// <param name="token">Null sends none.</param>
    /// <param name="json">The body, unless there is content.</param>
    /// <param name="content">The body.</param>
    /// <param name="headers">More header fields; one that is set by default is replaced, an empty one left out.</param>
    private protected async Task<Answer> AskAsync(
        string method, string address, FakeToken? token, object? json = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var url = address.StartsWith("http", StringComparison.Ordinal) ? address : $"{GitHub.ApiUrl.AbsoluteUri.TrimEnd('/')}/{address}";
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Content = content ?? (json is null ? null : JsonContent.Create(json));
        var fields = new Dictionary<string, string> { ["User-Agent"] = "tests" };
        if (token is not null)
        {
            fields["Authorization"] = $"Bearer {token.Value}";
        }

        foreach (var (name, value) in headers)
        {
            fields[name] = value;
        }

        foreach (var (name, value) in fields.Where(field => field.Value.Length > 0))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Answer.ReadAsync(await Client.SendAsync(request));
    }

    private protected Task<Answer> GetAsync(string address, FakeToken? token, params (string Name, string Value)[] headers) =>
        AskAsync("GET", address, token, headers: headers);

    /// <summary>Something below <c>acme/packages</c>.</summary>
    private protected Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        GetAsync($"repos/acme/packages{path}", Writer, headers);

    private protected Task<Answer> SendAsync(string method, string path, object? json = null) =>
        AskAsync(method, $"repos/acme/packages{path}", Writer, json);

    private protected async Task<JsonElement> DraftAsync(string tag) =>
        (await SendAsync("POST", "/releases", new { tag_name = tag, name = tag, body = "", draft = true })).With(201).Json;

    private protected Task<Answer> PublishAsync(JsonElement release) =>
        AskAsync("PATCH", release.Text("url"), Writer, new { draft = false });

    private protected Task<Answer> UploadAsync(JsonElement release, string query, byte[] content) =>
        UploadAsync(release, query, new ByteArrayContent(content));

    private protected async Task<Answer> UploadAsync(JsonElement release, string query, HttpContent content)
    {
        content.Headers.ContentType ??= new("application/zip");

        return await AskAsync("POST", release.Text("upload_url").Replace("{?name,label}", query, StringComparison.Ordinal), Writer, content: content);
    }
}
