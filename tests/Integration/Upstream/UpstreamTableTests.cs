using System.Text.Json;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary><c>[NAME.upstream]</c> in mode redirect.</summary>
public sealed class UpstreamTableTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync() => _upstream = await FakePyPi.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_log_tells_each_index_without_its_password_and_what_the_password_is_of_no_use_for()
    {
        using var server = await PyWharfProcess.StartAsync(
            [
                "server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url=https://u:hidden@shared.example/simple/",
                $"--config={WriteConfig($"""
                    {Table("by-redirect", $"url = \"{_upstream.Index}\"\nuser = \"reader\"\npassword_env = \"INDEX_PASSWORD\"")}
                    {Table("by-cache", "url = \"https://index.example/simple\"\nmode = \"cache\"\nuser = \"reader\"\npassword_env = \"INDEX_PASSWORD\"")}
                    {Table("nowhere", "mode = \"off\"")}
                    [all]
                    type = "group"
                    members = ["nowhere"]
                    """)}",
            ],
            [("INDEX_PASSWORD", "s3cret")]);

        Assert.Contains($"not in by-redirect are asked for at {_upstream.Index}, mode \"redirect\"", server.Log, StringComparison.Ordinal);
        Assert.Contains("The password in [by-redirect.upstream] opens the pages of", server.Log, StringComparison.Ordinal);
        Assert.Contains($"The password for {_upstream.Index} is sent over plain http", server.Log, StringComparison.Ordinal);
        Assert.Contains("not in by-cache are asked for at https://index.example/simple/, mode \"cache\"", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("The password in [by-cache.upstream]", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("The password for https://", server.Log, StringComparison.Ordinal);
        Assert.Contains("not in nowhere are asked for nowhere", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("shared.example", server.Log, StringComparison.Ordinal); // no repository asks it
        Assert.DoesNotContain("s3cret", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_not_there_is_an_error_at_the_start_at_reload_and_for_check_config()
    {
        const string Problem = "\"password_env\" in [local.upstream]: the environment variable of this name is not set, or empty";
        var path = WriteConfig(Table("local", "user = \"reader\"\npassword_env = \"NO_SUCH_VARIABLE\""));

        foreach (var command in (string[][])[["server", _root.At("other"), "--port=0"], ["check_config"]])
        {
            var run = await PyWharfProcess.RunAsync([.. command, $"--config={path}"]);
            Assert.Equal((1, $"pywharf: {path}:8:16: {Problem}\n"), (run.ExitCode, run.Stderr));
        }

        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        WriteConfig(Table("local", "user = \"reader\"\npassword_env = \"NO_SUCH_VARIABLE\""));
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync("the reload says what is wrong", () => server.Log.Contains($"so the one in use stays: {path}:8:16: {Problem}", StringComparison.Ordinal));
        Assert.Equal(1, (await PyWharfProcess.RunAsync(["status", "local", "foo", $"--root={_root.Path}"])).Stderr.Split("There is no project foo").Length - 1);
    }

    [Fact]
    public async Task Check_config_shows_the_table_with_its_defaults()
    {
        var path = WriteConfig(Table("local", "user = \"reader\"\npassword_env = \"HOME\"\ndeny = [\"Left_Pad\"]"));

        var shown = (await PyWharfProcess.RunAsync(["check_config", $"--config={path}"], [("HOME", "/s3cret")])).Succeeded().Stdout;
        var json = JsonDocument.Parse((await PyWharfProcess.RunAsync(["check_config", $"--config={path}", "--json"], [("HOME", "/s3cret")])).Succeeded().Stdout);

        Assert.Contains(
            """

            [local.upstream]
            url = "https://pypi.org/simple/"
            mode = "redirect"
            user = "reader"
            password_env = "HOME"
            allow = ["*"]
            deny = ["left-pad"]
            min_age = "0"
            min_age_exempt = []
            max_cache_bytes = 53687091200
            max_stale = "30d"

            """,
            shown + "\n",
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", shown, StringComparison.Ordinal);
        var values = json.RootElement.GetProperty("tables").EnumerateArray().Single(table => table.GetProperty("name").GetString() == "local.upstream").GetProperty("values");
        Assert.Equal(("30d", "*"), (values.GetProperty("max_stale").GetString(), values.GetProperty("allow")[0].GetString()));
    }

    [Fact]
    public async Task A_repository_has_an_index_and_rules_of_its_own()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0"), FakeFile.Wheel("foo", "2.0") with { UploadTime = "2999-01-01T00:00:00Z" }));
        _upstream.Put(new FakeProject("left-pad", FakeFile.Wheel("left-pad", "1.0")));
        using var server = await PyWharfProcess.StartAsync(
            _root.Path,
            $"""
            {ServerFixture.Config}
            [{ServerFixture.Repository}.upstream]
            url = "{_upstream.Index}"
            deny = ["left_pad"]
            min_age = "3d"
            """);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        var page = await client.ProjectAsync("foo");
        Assert.Equal("foo-1.0-py3-none-any.whl", Assert.Single(page.GetProperty("files").EnumerateArray()).GetProperty("filename").GetString());
        Assert.Equal("1.0", Assert.Single(page.GetProperty("versions").EnumerateArray()).GetString());
        Assert.Equal(
            $"{_upstream.Origin}files/foo-1.0-py3-none-any.whl", (await client.AskAsync("/simple/foo/foo-1.0-py3-none-any.whl")).With(302)["Location"]);
        Assert.Contains("min_age", (await client.AskAsync("/simple/foo/foo-2.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);

        Assert.Contains("deny", (await client.AskAsync("/simple/left-pad/")).With(404).Text, StringComparison.Ordinal);
        Assert.Contains("deny", (await client.AskAsync("/simple/left-pad/left_pad-1.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.CountOf("/simple/left-pad/"));
    }

    private static string Table(string repository, string upstream) =>
        $"[{repository}]\ntype = \"file_system\"\nread_secret = \"r3ad\"\nwrite_secret = \"wr1te\"\n\n[{repository}.upstream]\n{upstream}\n";

    private string WriteConfig(string text)
    {
        var path = _root.At("config.toml");
        File.WriteAllText(path, text);

        return path;
    }
}
