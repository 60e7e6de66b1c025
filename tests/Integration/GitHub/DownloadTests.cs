using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Downloads of files on GitHub.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private static readonly Distribution Wheel = Wheels.Build("demo", "1.0", payload: 100_000, random: true);

    private ServedRepository Pypi { get; set; } = null!; // by InitializeAsync

    private FakeGitHub GitHub => Pypi.GitHub;

    public async Task InitializeAsync() => Pypi = await ServedRepository.CreateAsync();

    public async Task DisposeAsync() => await Pypi.DisposeAsync();

    [Fact]
    public async Task A_signed_link_is_handed_out_for_three_of_its_five_minutes_and_then_asked_for_anew()
    {
        var (server, file) = await ServeAsync();
        var first = await LinkAsync(server, file);

        Pypi.Time.Advance(TimeSpan.FromSeconds(179));
        var again = await LinkAsync(server, file);
        Assert.Equal(first, again);
        Assert.Equal(Wheel.Content, await FetchAsync(again));

        Pypi.Time.Advance(TimeSpan.FromSeconds(2));
        var anew = await LinkAsync(server, file);
        Assert.NotEqual(first, anew);
        Pypi.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(Wheel.Content, await FetchAsync(anew));
        Assert.Equal(2, GitHub.Log.Count("GET", "/releases/assets/"));
    }

    [Fact]
    public async Task A_link_that_one_token_was_given_is_not_handed_to_another_one()
    {
        var (server, file) = await ServeAsync();
        await LinkAsync(server, file);

        var stranger = await server.Backend.OpenAsync(new Secret("ghp_nobody"), file, default);
        var nobody = await server.Backend.OpenAsync(new Secret(""), file, default);

        Assert.Equal((FailureKind.Unauthenticated, FailureKind.NotFound), (stranger.Failure?.Kind, nobody.Failure?.Kind));
    }

    [Fact]
    public async Task A_link_names_the_digest_of_the_file()
    {
        var (server, file) = await ServeAsync();

        Assert.Equal($"#sha256={Wheel.Sha256}", (await LinkAsync(server, file)).Fragment);
    }

    [Fact]
    public async Task What_is_left_of_an_upload_that_failed_is_no_download()
    {
        var (server, file) = await ServeAsync();
        Pypi.Repository.Releases[0].Assets[0].State = "starter";

        Assert.Equal(FailureKind.NotFound, (await server.OpenAsync(file)).Failure?.Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_asset_that_is_gone_is_not_found(bool proxies)
    {
        var (server, file) = await ServeAsync(proxies);
        lock (GitHub.Gate)
        {
            Pypi.Repository.ReleaseList.Clear();
        }

        Assert.Equal(FailureKind.NotFound, (await server.OpenAsync(file)).Failure?.Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_GitHub_sends_the_bytes_itself_they_are_passed_on(bool proxies)
    {
        GitHub.ServesAssetsDirectly = true;
        var (server, file) = await ServeAsync(proxies);

        var sent = Assert.IsType<Download.Content>((await server.OpenAsync(file)).Value);

        Assert.Equal(Wheel.Content, await ReadAsync(sent));
        Assert.Empty(GitHub.Log.To(Origin.Storage));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task JSON_in_place_of_the_bytes_is_never_sent_and_not_kept(bool proxies)
    {
        var (server, file) = await ServeAsync(proxies);
        GitHub.Faults.Next(
            request => request.Path.Contains("/releases/assets/", StringComparison.Ordinal), new Fault.Answer(200, """{"id":1,"name":"x"}""", "application/json; charset=utf-8"), 1000);

        Assert.Equal(FailureKind.BadGateway, (await server.OpenAsync(file)).Failure?.Kind);

        GitHub.Faults.Stop();
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Assets));
        Assert.Null((await server.OpenAsync(file)).Failure);
    }

    [Fact]
    public async Task Bytes_that_are_not_those_that_were_published_are_never_sent_and_not_kept()
    {
        var (server, file) = await ServeAsync(proxies: true);
        lock (GitHub.Gate)
        {
            var content = Pypi.Repository.ReleaseList[0].Assets[0].Content;
            Pypi.Repository.ReleaseList[0].Assets[0].Content = [.. content[..^1], (byte)~content[^1]];
        }

        var altered = await server.OpenAsync(file);

        Assert.Equal((FailureKind.BadGateway, true), (altered.Failure?.Kind, altered.Failure?.RetryAfter > TimeSpan.Zero));
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Assets));
        lock (GitHub.Gate)
        {
            Pypi.Repository.ReleaseList[0].Assets[0].Content = Wheel.Content;
        }

        Assert.Equal(Wheel.Content, await ReadAsync(Assert.IsType<Download.Content>((await server.OpenAsync(file)).Value)));
    }

    [Fact]
    public async Task GitHub_may_send_the_bytes_once_and_redirect_to_them_the_next_time()
    {
        var (server, file) = await ServeAsync();
        GitHub.Faults.Next(
            request => request.Path.Contains("/releases/assets/", StringComparison.Ordinal), new Fault.Answer(200, "the bytes", "application/octet-stream"));

        Assert.Equal(Wheel.Content, await ReadAsync(Assert.IsType<Download.Content>((await server.OpenAsync(file)).Value)));
    }

    [Fact]
    public async Task A_token_that_GitHub_no_longer_knows_opens_nothing_from_the_first_refusal_on()
    {
        var (server, file) = await ServeAsync();
        var secret = new Secret(Pypi.Reader.Value);
        Assert.Equal(AccessLevel.Read, (await server.Backend.GetAccessAsync(secret, default, AccessLevel.Read, default)).Value);
        GitHub.Revoke(Pypi.Reader);

        Assert.Equal(FailureKind.Unauthenticated, (await server.OpenAsync(file)).Failure?.Kind);

        Assert.Equal(AccessLevel.None, (await server.Backend.GetAccessAsync(secret, default, AccessLevel.Read, default)).Value);
    }

    [Fact]
    public async Task A_token_that_is_limited_is_told_so_at_once_and_holds_nobody_up_who_is_not()
    {
        var (server, file) = await ServeAsync(proxies: true);
        var limited = GitHub.AddToken(Pypi.Repository, Role.Pull);
        GitHub.RateLimits.Exhaust(TimeSpan.FromMinutes(30), token: limited);

        // The second time GitHub is not asked any more.
        for (var i = 0; i < 2; i++)
        {
            var answer = await server.Backend.OpenAsync(new Secret(limited.Value), file, default).AsTask().WaitAsync(ChildProcess.HangGuard);
            Assert.Equal((FailureKind.Unavailable, true), (answer.Failure?.Kind, answer.Failure?.RetryAfter > TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(Wheel.Content, await ReadAsync(Assert.IsType<Download.Content>((await server.OpenAsync(file)).Value)));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_not_the_answer_to_another_one_that_waits_for_the_same_file()
    {
        var (server, file) = await ServeAsync(proxies: true);
        var pause = new Fault.Pause();
        GitHub.Faults.Next(request => request.Path.Contains("/releases/assets/", StringComparison.Ordinal), pause);
        var refused = server.Backend.OpenAsync(new Secret("ghp_nobody"), file, default).AsTask();
        await pause.Reached;
        var waiting = server.OpenAsync(file).AsTask();
        pause.Release();

        Assert.Equal(FailureKind.Unauthenticated, (await refused).Failure?.Kind);
        Assert.Equal(Wheel.Content, await ReadAsync(Assert.IsType<Download.Content>((await waiting).Value)));
    }

    private static async Task<byte[]> ReadAsync(Download.Content content)
    {
        await using var body = content.Body;
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);

        return bytes.ToArray();
    }

    private async Task<(ServingProcess Server, PackageFile File)> ServeAsync(bool proxies = false)
    {
        var server = await Pypi.ServerAsync(proxies);
        Assert.Equal(Publication.Published, (await server.PublishAsync(Wheel)).Value);

        return (server, await server.FileAsync(Wheel));
    }

    private static async Task<Uri> LinkAsync(ServingProcess server, PackageFile file) =>
        Assert.IsType<Download.Redirect>((await server.OpenAsync(file)).Value).Location;

    private static async Task<byte[]> FetchAsync(Uri link)
    {
        using var stranger = new HttpClient();

        return await stranger.GetByteArrayAsync(link);
    }
}
