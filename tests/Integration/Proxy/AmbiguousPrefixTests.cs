using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>A prefix that is also how a path of ours begins, behind a proxy that strips it and behind one that doesn't.</summary>
[Collection(ServerFixture.Name)]
public sealed class AmbiguousPrefixTests(ProxiedServers proxied) : IClassFixture<ProxiedServers>, IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = proxied.Trusting.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
    private readonly HttpClient _anyName = proxied.Trusting.Client("anybody", ServerFixture.WriteSecret);
    private readonly TempFolder _folder = new();

    public async Task InitializeAsync() => await _client.UploadAsync(Wheels.Build("ambiguous", "1.0"));

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _client.Dispose();
        _anyName.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/pypi", "/pypi/ambiguous/json")]
    [InlineData("/pypi", "/pypi/ambiguous/1.0/json")]
    [InlineData("/pypi", "/simple/ambiguous/")]
    [InlineData("/pypi", "/simple/ambiguous/ambiguous-1.0-py3-none-any.whl")]
    [InlineData("/PyPI", "/pypi/ambiguous/json")]
    [InlineData("/pypi/", "/pypi/ambiguous/json")]
    [InlineData("/api", "/api/projects/ambiguous")]
    [InlineData("/api", "/api/projects/search", 404)]
    [InlineData("/search", "/search?q=ambiguous")]
    [InlineData("/simple", "/simple/ambiguous/")]
    [InlineData("/simple", "/simple/")]
    [InlineData("/login", "/login/")]
    [InlineData("/health", "/health")]
    [InlineData("/a/b", "/simple/ambiguous/")]
    public async Task A_page_is_found_below_it(string prefix, string page, int status = 200)
    {
        (await _client.AskAsync(page, ("X-Forwarded-Prefix", prefix))).With(status);
        (await _client.AskAsync(prefix.TrimEnd('/') + page, ("X-Forwarded-Prefix", prefix))).With(status);
    }

    [Theory]
    [InlineData("simple/ambiguous/")]
    [InlineData("pypi/ambiguous/json")]
    [InlineData("search?q=ambiguous")]
    public async Task A_repository_in_the_path_is_kept(string page)
    {
        const string Prefix = "/" + ServerFixture.Repository;

        (await _anyName.AskAsync($"{Prefix}/{page}", ("X-Forwarded-Prefix", Prefix))).With(200);
        (await _anyName.AskAsync($"{Prefix}{Prefix}/{page}", ("X-Forwarded-Prefix", Prefix))).With(200);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    public async Task The_root_is_found_however_the_prefix_is_treated(string root)
    {
        foreach (var path in new[] { "/", "/pypi" + root })
        {
            Assert.Contains("href=\"/pypi/static/", (await _client.AskAsync(path, ("X-Forwarded-Prefix", "/pypi"))).With(200).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/team", "/team")]
    [InlineData("/Team/x", "/Team/x")]
    public async Task A_prefix_that_is_a_repository_is_refused(string prefix, string named)
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), "[other]\ntype = \"file_system\"\n[team]\ntype = \"file_system\"\n");

        var failed = await PyWharfProcess.RunAsync(
            ["server", _folder.At("root"), "--host=127.0.0.1", "--port=0", $"--config={_folder.At("config.toml")}", $"--url_prefix={prefix}"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains($"config.toml: [team] can't be told from --url_prefix={named}", Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_the_prefix_is_refused_by_initialize_too()
    {
        using var server = await PyWharfProcess.StartAsync(_folder.At("root"), config: null, "--url_prefix=/team");
        using var client = server.Client();
        using var form = new FormUrlEncodedContent([new("config", "[team]\ntype = \"file_system\"\n"), new("admin_secret", "")]);

        var answer = (await Answer.ReadAsync(await client.PostAsync("/team/initialize/", form))).With(400);

        Assert.Contains("[team] can't be told from --url_prefix=/team", answer.Text, StringComparison.Ordinal);
    }
}
