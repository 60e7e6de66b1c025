using PyWharf.Infrastructure.Upstream;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>Pages of <c>[NAME.upstream]</c> that real servers keep on disk.</summary>
public sealed class KeptPagesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(35);

    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync() => _upstream = await FakePyPi.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Servers_of_one_folder_share_pages_which_outlive_them_and_upstream()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0") with { Yanked = "bad" }) { Status = "deprecated" });
        string page;
        using (var one = await StartAsync())
        using (var other = await StartAsync())
        {
            page = await PageAsync(one, "foo");
            Assert.Equal(page, await PageAsync(other, "foo"));
            await one.Kill9Async();
            await other.Kill9Async();
        }

        Assert.Equal(1, _upstream.CountOf("/simple/foo/"));
        _upstream.Down = FakeFaults.Status(503);
        Touch("foo", TimeSpan.FromDays(29));
        using var server = await StartAsync();
        using var client = Client(server);
        using var nobody = server.Client();
        Assert.Equal("ready\n", (await nobody.AskAsync("/health/ready")).With(200).Text);

        Assert.Equal(page, await PageAsync(server, "foo"));
        Assert.Equal(503, (await client.AskAsync("/simple/bar/")).Status);
        var ready = (await nobody.AskAsync("/health/ready")).With(200).Text;
        Assert.StartsWith("ready\ndegraded: ", ready, StringComparison.Ordinal);
        Assert.Contains("upstream", ready, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", ready, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerFixture.Repository, ready, StringComparison.Ordinal);

        // Nobody but the monitoring asks.
        _upstream.Down = null;
        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health/ready")).Text == "ready\n", LongestTrouble);
        Assert.Equal(404, (await client.AskAsync("/simple/bar/")).Status);
    }

    [Fact]
    public async Task A_page_that_is_too_old_is_503_while_upstream_is_away()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        using (var server = await StartAsync("max_stale = \"7d\""))
        {
            await PageAsync(server, "foo");
        }

        _upstream.Down = FakeFaults.Abort;
        Touch("foo", TimeSpan.FromDays(8));
        using var later = await StartAsync("max_stale = \"7d\"");
        using var client = Client(later);

        var answer = await client.AskAsync("/simple/foo/");

        Assert.Equal(503, answer.Status);
        Assert.NotNull(answer["Retry-After"]);
    }

    [Fact]
    public async Task A_configuration_that_is_read_again_begins_with_what_is_kept()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        using var server = await StartAsync();
        using var client = Client(server);
        var page = await PageAsync(server, "foo");

        await File.WriteAllTextAsync(_root.At("config.toml"), Config("deny = [\"bar\"]"));
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/bar/")).Text.Contains("deny", StringComparison.Ordinal));

        Assert.Equal(page, await PageAsync(server, "foo"));
        Assert.Equal(1, _upstream.CountOf("/simple/foo/"));
    }

    [Fact]
    public async Task A_page_of_a_former_index_is_not_served()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        using (var server = await StartAsync())
        {
            await PageAsync(server, "foo");
        }

        await using var other = await FakePyPi.StartAsync();
        using var moved = await PyWharfProcess.StartAsync(_root.Path, Config("", other.Index));
        using var client = Client(moved);

        Assert.Equal(404, (await client.AskAsync("/simple/foo/")).Status);
    }

    [Fact]
    public async Task First_sights_outlive_the_server_and_end_with_the_file()
    {
        const string MinAge = "min_age = \"3d\"";
        _upstream.HasHtmlOnly = true;
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        using (var server = await StartAsync(MinAge))
        {
            using var client = Client(server);
            Assert.Empty(await client.FilenamesAsync("foo"));
            Assert.Contains("min_age", (await client.AskAsync("/simple/foo/foo-1.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);
        }

        await AgeAsync("foo", TimeSpan.FromDays(3));
        using (var server = await StartAsync(MinAge))
        {
            using var client = Client(server);
            Assert.Equal(["foo-1.0-py3-none-any.whl"], await client.FilenamesAsync("foo"));
        }

        Assert.Equal(1, _upstream.CountOf("/simple/foo/"));

        // Another file of that name.
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0", payload: 1)));
        Touch("foo", TimeSpan.FromHours(1));
        using var last = await StartAsync(MinAge);
        using var reader = Client(last);
        Assert.Empty(await reader.FilenamesAsync("foo"));
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_writes_leaves_whole_pages_only()
    {
        const int Projects = 100;
        for (var number = 0; number < Projects; number++)
        {
            _upstream.Put(new FakeProject($"foo{number}", FakeFile.Wheel($"foo{number}", "1.0")));
        }

        using (var server = await StartAsync())
        {
            using var client = Client(server);
            var requests = Enumerable.Range(0, Projects).Select(number => client.AskAsync($"/simple/foo{number}/")).ToList();
            await Eventually.HoldsAsync("some pages are kept", () => Directory.Exists(Pages) && Directory.EnumerateFiles(Pages, "*.json").Skip(10).Any());
            await server.Kill9Async();
            await Task.WhenAll(requests).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        (await PyWharfProcess.RunAsync(["verify", _root.Path])).Succeeded();
        _upstream.Down = FakeFaults.Status(500);
        using var again = await StartAsync();
        using var reader = Client(again);
        var kept = Directory.EnumerateFiles(Pages, "*.json").Select(path => Path.GetFileNameWithoutExtension(path) ?? "").ToHashSet();
        foreach (var name in kept)
        {
            Assert.Equal([$"{name}-1.0-py3-none-any.whl"], await reader.FilenamesAsync(name));
        }
    }

    [Fact]
    public async Task A_damaged_page_is_found_by_verify_and_fetched_again_by_the_server()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        using (var server = await StartAsync())
        {
            await PageAsync(server, "foo");
        }

        (await PyWharfProcess.RunAsync(["verify", _root.Path])).Succeeded();
        var path = Path.Combine(Pages, "foo.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("foo-1.0", "foo-6.6", StringComparison.Ordinal));

        var verified = await PyWharfProcess.RunAsync(["verify", _root.Path]);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("foo.json", verified.Stdout, StringComparison.Ordinal);

        using var again = await StartAsync();
        using var client = Client(again);
        Assert.Equal(["foo-1.0-py3-none-any.whl"], await client.FilenamesAsync("foo"));
        (await PyWharfProcess.RunAsync(["verify", _root.Path])).Succeeded();
    }

    [FactWhen(Needs.Mount)]
    public async Task A_full_disk_keeps_no_page_from_its_readers()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0")));
        _upstream.Put(new FakeProject("bar", FakeFile.Wheel("bar", "1.0")));
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using var server = await PyWharfProcess.StartAsync(disk.Path, Config(""));
        using var client = Client(server);
        disk.FillBut(0);

        foreach (var name in (string[])["foo", "foo", "bar"])
        {
            Assert.Equal([$"{name}-1.0-py3-none-any.whl"], await client.FilenamesAsync(name));
        }

        Assert.Equal(1, _upstream.CountOf("/simple/foo/"));
        Assert.Single(server.Log.Split('\n'), line => line.Contains("can't be kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_page_is_told_and_takes_nothing_from_what_is_kept()
    {
        var faults = new Dictionary<string, FakeFault>
        {
            ["bomb"] = FakeFaults.GzipBomb(200),
            ["cut"] = FakeFaults.CutAfter(10),
            ["long"] = FakeFaults.Redirect("https://elsewhere.example/simple/long/"),
            ["loop"] = FakeFaults.Redirect("/simple/loop/"),
            ["busy"] = FakeFaults.Status(429, "120"),
            ["broken"] = FakeFaults.Status(500),
            ["refused"] = FakeFaults.Status(403),
            ["nonsense"] = FakeFaults.Say("application/vnd.pypi.simple.v1+json", "{\"files\":["),
            ["text"] = FakeFaults.Say("text/plain", "hello"),
            ["later"] = FakeFaults.Say("application/vnd.pypi.simple.v2+json", "{}"),
        };
        foreach (var name in faults.Keys)
        {
            _upstream.Put(new FakeProject(name, FakeFile.Wheel(name, "1.0")));
        }

        using (var server = await StartAsync())
        {
            foreach (var name in faults.Keys)
            {
                await PageAsync(server, name);
                Touch(name, TimeSpan.FromDays(1));
            }
        }

        foreach (var (name, fault) in faults)
        {
            _upstream.FailAlways($"/simple/{name}/", fault);
            _upstream.FailAlways($"/simple/un-{name}/", fault);
        }

        using var again = await StartAsync();
        using var client = Client(again);
        foreach (var name in faults.Keys)
        {
            var answer = await client.AskAsync($"/simple/un-{name}/");
            Assert.True(answer.Status is 502 or 503 && answer["Retry-After"] is not null, $"{name}: {answer}");
            Assert.Equal([$"{name}-1.0-py3-none-any.whl"], await client.FilenamesAsync(name));
        }

        Assert.Equal("120", (await client.AskAsync("/simple/un-busy/"))["Retry-After"]);
    }

    private string Pages => _root.At("cache", ServerFixture.Repository, "upstream", "pages");

    private static HttpClient Client(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

    private static async Task<string> PageAsync(PyWharfProcess server, string project)
    {
        using var client = Client(server);

        return (await client.AskAsync($"/simple/{project}/", ("Accept", Requests.Json))).With(200).Text;
    }

    private string Config(string keys, Uri? index = null) =>
        $"""
        {ServerFixture.Config}
        [{ServerFixture.Repository}.upstream]
        url = "{index ?? _upstream.Index}"
        {keys}
        """;

    private Task<PyWharfProcess> StartAsync(string keys = "") => PyWharfProcess.StartAsync(_root.Path, Config(keys));

    /// <summary>Makes a kept page one that upstream confirmed so long ago.</summary>
    private void Touch(string project, TimeSpan age) =>
        File.SetLastWriteTimeUtc(Path.Combine(Pages, project + ".json"), TimeProvider.System.GetUtcNow().UtcDateTime - age);

    /// <summary>Makes the first sights on a kept page so much older.</summary>
    private async Task AgeAsync(string project, TimeSpan age)
    {
        await using var file = new FileStream(Path.Combine(Pages, project + ".json"), FileMode.Open);
        var page = await StoredPageFormat.ReadAsync(file, default);
        Assert.NotNull(page);
        file.Position = 0;
        file.SetLength(0);
        await StoredPageFormat.WriteAsync(file, page with { FirstSeen = page.FirstSeen.ToDictionary(seen => seen.Key, seen => seen.Value - age) });
    }
}
