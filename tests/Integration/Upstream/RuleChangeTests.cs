using PyWharf.Integration.Initialize;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>A rule that changes applies at once, also to what is kept: by SIGHUP, by POST /initialize/, by a restart.</summary>
public sealed class RuleChangeTests : IAsyncLifetime, IDisposable
{
    private const string Page = "/simple/foo/";
    private const string Wheel = "/simple/foo/foo-1.0-py3-none-any.whl";

    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        _upstream = await FakePyPi.StartAsync();
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
    }

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("redirect", 302)]
    [InlineData("cache", 200)]
    public async Task It_applies_at_once_to_pages_files_and_metadata(string mode, int offered)
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, Config(mode)))
        {
            using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
            await AssertOfferedAsync(client, offered);

            await ReloadAsync(server, Config(mode, "deny = [\"Foo\"]"));
            await AssertRefusedAsync(client, "deny", page: 404);

            await ReloadAsync(server, Config(mode, "min_age = \"3650d\""));
            await AssertRefusedAsync(client, "min_age", page: 200);

            await ReloadAsync(server, Config(mode, "min_age = \"3650d\"\nmin_age_exempt = [\"f*\"]"));
            await AssertOfferedAsync(client, offered);

            // A rule that is wrong changes nothing.
            await File.WriteAllTextAsync(_root.At("config.toml"), Config(mode, "min_age = \"soon\""));
            server.Send(PyWharfProcess.SigHup);
            await Eventually.HoldsAsync("the wrong rule is told with its place", () => server.Log.Contains("\"min_age\" in [local.upstream] must be a duration", StringComparison.Ordinal));
            await AssertOfferedAsync(client, offered);
        }

        using var restarted = await PyWharfProcess.StartAsync(_root.Path, Config(mode, "allow = []"));
        using var reader = restarted.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await AssertRefusedAsync(reader, "allow", page: 404);
    }

    [Fact]
    public async Task The_admin_of_a_repository_changes_its_rules_but_neither_the_servers_network_nor_its_secrets_are_theirs()
    {
        // Kept in the root, so that /initialize/ may replace it.
        const string AdminSecret = $"[{ServerFixture.Repository}]\ntype = \"file_system\"\nraw = \"4dmin\"\n";
        await File.WriteAllTextAsync(_root.At("config.toml"), Config("redirect"));
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), AdminSecret);
        using var server = await PyWharfProcess.StartAsync(["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url="], [("INDEX_PASSWORD", "s3cret")]);
        using var admin = server.Client(ServerFixture.Repository, "4dmin");
        await AssertOfferedAsync(admin, 302);

        (await admin.InitializeAsync(Config("redirect", "deny = [\"foo\"]"), AdminSecret)).With(200);
        await AssertRefusedAsync(admin, "deny", page: 404);

        var inner = Config("redirect").Replace(_upstream.Index.AbsoluteUri, "https://169.254.169.254/latest/", StringComparison.Ordinal);
        Assert.Contains("server's own network", (await admin.InitializeAsync(inner, AdminSecret)).With(403).Text, StringComparison.Ordinal);
        var stolen = Config("redirect", "user = \"u\"\npassword_env = \"INDEX_PASSWORD\"").Replace(_upstream.Index.AbsoluteUri, "https://index.example.com/", StringComparison.Ordinal);
        Assert.Contains("password_env", (await admin.InitializeAsync(stolen, AdminSecret)).With(403).Text, StringComparison.Ordinal);
        await AssertRefusedAsync(admin, "deny", page: 404);
    }

    private string Config(string mode, string rules = "") => $"""
        {ServerFixture.Config}
        [{ServerFixture.Repository}.upstream]
        url = "{_upstream.Index}"
        mode = "{mode}"
        {rules}

        """;

    private async Task ReloadAsync(PyWharfProcess server, string config)
    {
        const string Taken = "The configuration was read again from";
        var before = server.Log.Split(Taken).Length;
        await File.WriteAllTextAsync(_root.At("config.toml"), config);
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync("the configuration is read again", () => server.Log.Split(Taken).Length > before);
    }

    private static async Task AssertOfferedAsync(HttpClient client, int file)
    {
        Assert.Single((await client.ProjectAsync("foo")).GetProperty("files").EnumerateArray());
        (await client.AskAsync(Wheel)).With(file);
        (await client.AskAsync(Wheel + ".metadata")).With(file);
    }

    private static async Task AssertRefusedAsync(HttpClient client, string rule, int page)
    {
        var answer = (await client.AskAsync(Page)).With(page);
        Assert.DoesNotContain("foo-1.0", answer.Text, StringComparison.Ordinal);
        foreach (var path in (string[])[Wheel, Wheel + ".metadata"])
        {
            Assert.Contains(rule, (await client.AskAsync(path)).With(403).Text, StringComparison.Ordinal);
        }

        if (page == 404)
        {
            Assert.Contains(rule, answer.Text, StringComparison.Ordinal);
        }
    }
}
