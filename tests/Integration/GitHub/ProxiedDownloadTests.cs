using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Downloads that go through the server (<c>download = "proxy"</c>).</summary>
public sealed class ProxiedDownloadTests : GitHubServer
{
    private const string Proxy = "download = \"proxy\"";

    private PublishedIndex? _index;

    // What the background reads of the end of wheels does not count.
    private IReadOnlyList<LoggedRequest> Fetched => [.. GitHub.Log.To(Origin.Storage).Where(IsDownload)];

    [Fact]
    public async Task The_server_sends_the_bytes_itself_with_ranges_and_fetches_them_once()
    {
        var wheel = Publish(1_000);
        using var client = await ClientAsync();

        var whole = (await client.AskAsync(PathOf(wheel))).With(200);
        var part = (await client.AskAsync(PathOf(wheel), ("Range", "bytes=-5"))).With(206);

        Assert.Equal(wheel.Content, whole.Bytes);
        Assert.Equal(wheel.Content[^5..], part.Bytes);
        Assert.All((Answer[])[whole, part], answer => Assert.Equal($"\"{wheel.Sha256}\"", answer["ETag"]));
        Assert.Single(Fetched);
        Assert.DoesNotContain(Fetched, request => request.HasAuthorization);
    }

    [Fact]
    public async Task A_large_file_is_sent_while_it_arrives()
    {
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();
        var stall = Strike(new Fault.Stall());

        using var answer = await client.GetAsync(new Uri(PathOf(wheel), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var first = new byte[800_000];
        await body.ReadExactlyAsync(first);
        var part = (await client.AskAsync(PathOf(wheel), ("Range", "bytes=100-299"))).With(206);
        await stall.Reached;
        stall.Release();
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest);

        Assert.Equal(wheel.Content.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(wheel.Content[100..300], part.Bytes);
        Assert.Equal(wheel.Content, (byte[])[.. first, .. rest.ToArray()]);
        Assert.Single(Fetched);
    }

    [Fact]
    public async Task Where_the_storage_breaks_off_it_is_asked_for_the_rest()
    {
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();
        Strike(new Fault.Cut());

        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);

        Assert.Equal(2, Fetched.Count);
        Assert.StartsWith("bytes=", Fetched[1].Headers["Range"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_storage_always_breaks_off_that_is_said_and_the_next_request_is_answered()
    {
        var wheel = Publish(1_000);
        using var client = await ClientAsync();
        Strike(new Fault.Cut(), times: 100);

        Assert.NotNull((await client.AskAsync(PathOf(wheel))).With(503)["Retry-After"]);

        GitHub.Faults.Stop();
        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
    }

    [Fact]
    public async Task Other_bytes_than_were_published_reach_nobody_as_a_whole_file()
    {
        var (small, large) = (Publish(1_000, "small"), Publish(2_000_000, "large"));
        using var client = await ClientAsync();
        foreach (var asset in Repository.Releases.SelectMany(release => release.Assets))
        {
            asset.Content = [.. asset.Content[..^1], (byte)~asset.Content[^1]];
        }

        (await client.AskAsync(PathOf(small))).With(502);
        var stall = Strike(new Fault.Stall());
        using var answer = await client.GetAsync(new Uri(PathOf(large), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        stall.Release();
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null));

        // Nothing of it is kept.
        (await client.AskAsync(PathOf(small))).With(502);
    }

    [Fact]
    public async Task A_file_of_another_length_is_not_begun()
    {
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();
        await Eventually.HoldsAsync(async () => (await client.ProjectAsync("demo")).GetProperty("files")[0].TryGetProperty("size", out _));
        Repository.Releases[0].Assets[0].Content = wheel.Content[..^1];

        (await client.AskAsync(PathOf(wheel))).With(502);
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_download()
    {
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.AskAsync(PathOf(wheel))));

        Assert.All(answers, answer => Assert.Equal(wheel.Content, answer.With(200).Bytes));
        Assert.Single(Fetched);
    }

    [Fact]
    public async Task A_download_goes_on_when_the_client_hangs_up()
    {
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();
        var stall = Strike(new Fault.Stall());

        using (await client.GetAsync(new Uri(PathOf(wheel), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            await stall.Reached;
        }

        stall.Release();
        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
        Assert.Single(Fetched);
    }

    [Fact]
    public async Task An_address_that_has_expired_is_asked_for_anew()
    {
        var wheel = Publish(1_000);
        using var client = await ClientAsync("max_cache_bytes = 0");
        (await client.AskAsync(PathOf(wheel))).With(200);
        GitHub.Links.Revoke();

        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
    }

    [Fact]
    public async Task An_asset_that_GitHub_sends_itself_is_sent_on()
    {
        GitHub.ServesAssetsDirectly = true;
        var wheel = Publish(2_000_000);
        using var client = await ClientAsync();

        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
        Assert.Empty(Fetched);
    }

    [Fact]
    public async Task The_cache_keeps_below_its_bound_what_was_asked_for_last()
    {
        var root = Folder();
        var wheels = ((string[])["one", "two", "three", "four"]).Select(name => Publish(80_000, name)).ToList();
        using var client = await ClientAsync(root, "max_cache_bytes = 250000");
        foreach (var wheel in wheels)
        {
            (await client.AskAsync(PathOf(wheel))).With(200);
            (await client.AskAsync(PathOf(wheels[0]))).With(200);
        }

        Assert.InRange(Directory.GetFiles(Path.Combine(root.Path, "cache", Name, "assets")).Sum(file => new FileInfo(file).Length), 80_000, 250_000);
        Assert.Equal(4, Fetched.Count);
        (await client.AskAsync(PathOf(wheels[0]))).With(200);
        Assert.Equal(4, Fetched.Count);
        (await client.AskAsync(PathOf(wheels[1]))).With(200);
        Assert.Equal(5, Fetched.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    public async Task A_file_for_which_the_cache_has_no_room_is_sent_and_not_kept(int bound)
    {
        var root = Folder();
        var wheel = Publish(400_000);
        using var client = await ClientAsync(root, $"max_cache_bytes = {bound}");

        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
        Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);

        Assert.Equal(2, Fetched.Count);
        Assert.Empty(Directory.GetFiles(Path.Combine(root.Path, "cache", Name), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_is_kept_and_was_altered_reaches_nobody_neither_whole_nor_in_parts()
    {
        var root = Folder();
        var wheel = Publish(2_000_000);
        var first = await StartAsync(root, Proxy);
        using (var client = await ReaderAsync(first))
        {
            (await client.AskAsync(PathOf(wheel))).With(200);
            Alter();

            Assert.Equal(wheel.Content[100..200], (await client.AskAsync(PathOf(wheel), ("Range", "bytes=100-199"))).With(206).Bytes);
            Assert.Equal(wheel.Content, (await client.AskAsync(PathOf(wheel))).With(200).Bytes);
            Assert.Equal(2, Fetched.Count);
        }

        await first.TerminateAsync();
        Alter();
        using var later = await ReaderAsync(await StartAsync(root, Proxy));

        Assert.Equal(wheel.Content[100..200], (await later.AskAsync(PathOf(wheel), ("Range", "bytes=100-199"))).With(206).Bytes);
        Assert.Equal(wheel.Content, (await later.AskAsync(PathOf(wheel))).With(200).Bytes);
        Assert.Equal(3, Fetched.Count);

        void Alter()
        {
            var kept = Assert.Single(Directory.GetFiles(Path.Combine(root.Path, "cache", Name, "assets")));
            File.WriteAllBytes(kept, [.. wheel.Content.Select(one => (byte)~one)]);
        }
    }

    [Fact]
    public async Task A_file_that_is_gone_is_not_found()
    {
        var wheel = Publish(1_000);
        using var client = await ClientAsync();
        lock (GitHub.Gate)
        {
            Repository.ReleaseList.Clear();
        }

        (await client.AskAsync(PathOf(wheel))).With(404);
    }

    [Fact]
    public async Task Who_may_not_read_gets_nothing_of_what_is_kept()
    {
        var wheel = Publish(1_000);
        var server = await StartAsync(Folder(), Proxy);
        using var client = server.Client(Name, Reader.Value);
        using var stranger = server.Client(Name, "ghp_nobody");
        (await client.AskAsync(PathOf(wheel))).With(200);

        (await stranger.AskAsync(PathOf(wheel))).With(401);
    }

    private Task<HttpClient> ClientAsync(params string[] more) => ClientAsync(Folder(), more);

    private async Task<HttpClient> ClientAsync(TempFolder root, params string[] more)
    {
        return await ReaderAsync(await StartAsync(root, [Proxy, .. more]));
    }

    private async Task<HttpClient> ReaderAsync(PyWharfProcess server)
    {
        var client = server.Client(Name, Reader.Value);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 200);

        return client;
    }

    private Distribution Publish(int size, string name = "demo")
    {
        var wheel = Wheels.Build(name, "1.0", payload: size, random: true);
        _index ??= new PublishedIndex(GitHub, Repository);
        _index.Publish(wheel);
        _index.Write("main");

        return wheel;
    }

    private static bool IsDownload(LoggedRequest request) =>
        request.Origin == Origin.Storage && request.Headers.GetValueOrDefault("Range")?.EndsWith('-') != false;

    private static string PathOf(Distribution wheel) => $"/simple/{wheel.Name}/{wheel.Filename}";

    private T Strike<T>(T fault, int times = 1)
        where T : Fault
    {
        GitHub.Faults.Next(IsDownload, fault, times);

        return fault;
    }
}
