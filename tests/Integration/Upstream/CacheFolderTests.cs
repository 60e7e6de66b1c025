using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>What is kept of upstream files: its bound, crashes, and servers that share a folder.</summary>
public sealed class CacheFolderTests : IAsyncLifetime, IDisposable
{
    private const int Large = 2_000_000;

    private static readonly IReadOnlyDictionary<string, string> NoHashes = new Dictionary<string, string>();

    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    private string Files => Path.Combine(CacheServer.FolderIn(_root), "files");

    public async Task InitializeAsync() => _upstream = await FakePyPi.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_bound_holds_under_load_in_two_servers_and_a_larger_file_is_sent_and_not_kept()
    {
        const long Bound = 1_500_000;
        using var one = await StartAsync($"max_cache_bytes = {Bound}");
        using var two = await StartAsync($"max_cache_bytes = {Bound}");
        using var clients = new Clients(one, two);
        var offers = Enumerable.Range(0, 24).Select(number => CacheServer.Offer(_upstream, $"load-{number}", payload: 400_000)).ToList();
        using var over = new CancellationTokenSource();
        var most = Task.Run(() => MeasureAsync(over.Token));

        await Task.WhenAll(offers.SelectMany((offer, number) => Enumerable.Range(0, 2).Select(async _ =>
            Assert.Equal(offer.File.Content, (await clients[number % 2].AskAsync(offer.Here)).With(200).Bytes))));
        await over.CancelAsync();

        Assert.InRange(await most, 1, Bound);
        Assert.InRange(Directory.GetFiles(Files).Length, 2, 3);

        var (large, here, there) = CacheServer.Offer(_upstream, "larger", Large);
        Assert.Equal(large.Content, (await clients[0].AskAsync(here)).With(200).Bytes);
        Assert.Equal(large.Content, (await clients[0].AskAsync(here)).With(200).Bytes);
        Assert.Equal(2, _upstream.CountOf(there));
        Assert.InRange(Directory.GetFiles(Files).Length, 2, 3);
    }

    [Fact]
    public async Task A_server_that_is_killed_while_a_file_arrives_leaves_nothing_of_it()
    {
        var (file, here, there) = CacheServer.Offer(_upstream, "killed", Large);
        _upstream.Fail(there, FakeFaults.PauseAfter(1_000_000, new TaskCompletionSource().Task));
        using (var first = await StartAsync())
        {
            using var client = Reader(first);
            using var answer = await client.GetAsync(new Uri(here, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[500_000]);
            await first.Kill9Async();
            await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
        }

        using var second = await StartAsync();
        using var reader = Reader(second);
        Assert.Empty(Directory.GetFiles(Path.Combine(CacheServer.FolderIn(_root), "staging")));
        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);
        await second.Kill9Async();

        using var third = await StartAsync();
        using var last = Reader(third);
        Assert.Equal(file.Content, (await last.AskAsync(here)).With(200).Bytes);
        Assert.Equal(2, _upstream.CountOf(there));
    }

    [Fact]
    public async Task The_first_digest_of_a_file_without_one_counts_in_every_server_and_after_a_restart()
    {
        var (file, here, _) = CacheServer.Offer(_upstream, "unhashed", change: file => file with { Hashes = NoHashes, HashesMetadata = false });
        using var one = await StartAsync();
        using var two = await StartAsync();
        using var clients = new Clients(one, two);
        Assert.Equal(file.Content, (await clients[0].AskAsync(here)).With(200).Bytes);
        Assert.Equal(file.Metadata, (await clients[0].AskAsync(here + ".metadata")).With(200).Bytes);

        var other = FakeFile.Wheel("unhashed", "1.0") with { Content = [.. file.Content.Reverse()], Metadata = [.. file.Metadata!.Reverse()], Hashes = NoHashes, HashesMetadata = false };
        _upstream.Put(new FakeProject("unhashed", other));
        Assert.Equal(file.Content, (await clients[1].AskAsync(here)).With(200).Bytes);
        Directory.Delete(Files, recursive: true);
        foreach (var path in (string[])[here, here + ".metadata"])
        {
            (await clients[0].AskAsync(path)).With(502);
            (await clients[1].AskAsync(path)).With(502);
        }

        using var restarted = await StartAsync();
        using var reader = Reader(restarted);
        (await reader.AskAsync(here)).With(502);
        _upstream.Put(new FakeProject("unhashed", file));
        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);
    }

    [Fact]
    public async Task A_half_of_a_file_without_a_digest_never_becomes_the_one_that_counts()
    {
        var (file, here, there) = CacheServer.Offer(_upstream, "half", Large, file => file with { Hashes = NoHashes, Size = null });
        using var server = await StartAsync();
        using var reader = Reader(server);
        _upstream.Fail(there, FakeFaults.CutAfter(700_000));

        // Broken off, or told where less than the beginning of the answer had arrived.
        var trouble = await Record.ExceptionAsync(async () => (await reader.AskAsync(here)).With(503));
        Assert.True(trouble is null or HttpRequestException, $"{trouble}");
        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);
    }

    [Fact]
    public async Task Credentials_are_sent_to_the_index_and_to_nobody_else()
    {
        await using var elsewhere = await FakePyPi.StartAsync();
        _upstream.Credentials = "reader:up-s3cret";
        var (file, here, there) = CacheServer.Offer(_upstream, "private");
        var (other, hereToo, thereToo) = CacheServer.Offer(_upstream, "elsewhere", change: file => file with { Url = $"{elsewhere.Origin}files/{file.Filename}" });
        elsewhere.Put(new FakeProject("elsewhere", other));
        await File.WriteAllTextAsync(_root.At("password"), "up-s3cret\n");
        using var server = await StartAsync($"user = \"reader\"\npassword_file = \"{_root.At("password")}\"");
        using var reader = Reader(server);

        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(other.Content, (await reader.AskAsync(hereToo)).With(200).Bytes);
        Assert.Equal(1, _upstream.CountOf(there));
        Assert.Equal(1, elsewhere.CountOf(thereToo));
        Assert.DoesNotContain(elsewhere.Requests, request => request.Headers.Authorization.Count > 0);
        Assert.DoesNotContain("s3cret", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_can_not_be_used_costs_the_cache_and_neither_the_start_nor_a_reload()
    {
        var folder = CacheServer.FolderIn(_root);
        await File.WriteAllTextAsync(_root.At("cache", ServerFixture.Repository, "upstream"), "");
        var (file, here, _) = CacheServer.Offer(_upstream, "foo");
        using var server = await StartAsync();
        using var reader = Reader(server);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(Wheels.Build("mine", "1.0"));

        await ServesAllButFilesOfUpstreamAsync();
        Assert.Contains("can't be used, so that clients get none of them: " + folder, server.Log, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_root.At("config.toml"), CacheServer.Config(_upstream, "deny = [\"bar\"]"));
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/bar/")).Text.Contains("deny", StringComparison.Ordinal));
        await ServesAllButFilesOfUpstreamAsync();

        File.Delete(folder);
        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);

        async Task ServesAllButFilesOfUpstreamAsync()
        {
            Assert.Equal(["mine-1.0-py3-none-any.whl"], await reader.FilenamesAsync("mine"));
            (await reader.AskAsync("/simple/mine/mine-1.0-py3-none-any.whl")).With(200);
            Assert.Equal([file.Filename], await reader.FilenamesAsync("foo"));
            foreach (var path in (string[])[here, here + ".metadata"])
            {
                Assert.Contains("can't be had", (await reader.AskAsync(path)).With(503).Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Explain_reads_kept_pages_and_leaves_nothing_behind()
    {
        var (file, _, _) = CacheServer.Offer(_upstream, "foo");
        var page = Path.Combine(CacheServer.FolderIn(_root), "pages", "foo.json");
        using (var server = await StartAsync())
        {
            using var reader = Reader(server);
            Assert.Equal([file.Filename], await reader.FilenamesAsync("foo"));
            await server.TerminateAsync();
        }

        // Kept, and too old to be shown without asking.
        var yesterday = File.GetLastWriteTimeUtc(page).AddDays(-1);
        File.SetLastWriteTimeUtc(page, yesterday);
        await ExplainAsync();
        Assert.Equal(yesterday, File.GetLastWriteTimeUtc(page));
        _upstream.Down = FakeFaults.Abort;
        await ExplainAsync();
        _upstream.Down = null;

        Directory.Delete(CacheServer.FolderIn(_root), recursive: true);
        await ExplainAsync();

        async Task ExplainAsync()
        {
            var before = Directory.GetFileSystemEntries(_root.Path, "*", SearchOption.AllDirectories);
            var explained = await PyWharfProcess.RunAsync(["explain", ServerFixture.Repository, "foo", $"--root={_root}"]);
            Assert.StartsWith($"foo in {ServerFixture.Repository}: 1 of 1 files offered", explained.Succeeded().Stdout, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_root.Path, "*", SearchOption.AllDirectories).Except(before));
        }
    }

    [FactWhen(Needs.Mount)]
    public async Task A_full_disk_is_told_and_nothing_half_is_kept()
    {
        using var disk = await TinyDisk.MountAsync(8);
        Directory.CreateSymbolicLink(_root.At("cache", ServerFixture.Repository, "upstream"), disk.Path);
        var (file, here, _) = CacheServer.Offer(_upstream, "full", payload: 100_000);
        using var server = await StartAsync();
        using var reader = Reader(server);
        disk.FillBut(40_000);

        Assert.InRange((await reader.AskAsync(here)).Status, 503, 507);

        disk.Free();
        Assert.Equal(file.Content, (await reader.AskAsync(here)).With(200).Bytes);
    }

    private static HttpClient Reader(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

    private Task<PyWharfProcess> StartAsync(string more = "") => PyWharfProcess.StartAsync(_root.Path, CacheServer.Config(_upstream, more));

    /// <summary>The most bytes that the folder of files had at any time.</summary>
    private async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        var most = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            most = Math.Max(most, Directory.Exists(Files) ? new DirectoryInfo(Files).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0) : 0);
            await Task.Yield();
        }

        return most;
    }

    private sealed class Clients(params IEnumerable<PyWharfProcess> servers) : IDisposable
    {
        private readonly List<HttpClient> _clients = [.. servers.Select(Reader)];

        public HttpClient this[int number] => _clients[number];

        public void Dispose() => _clients.ForEach(client => client.Dispose());
    }
}
