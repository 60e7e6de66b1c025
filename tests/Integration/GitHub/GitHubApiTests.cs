using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>The API over real sockets, against the stateful fake of GitHub.</summary>
public sealed class GitHubApiTests : IAsyncLifetime
{
    private readonly SkippingTime _time = new();

    private FakeGitHub? _started;

    private FakeGitHub GitHub => _started ?? throw new InvalidOperationException("It starts before each test.");

    public async Task InitializeAsync() => _started = await FakeGitHub.StartAsync(apiPath: "/api/v3");

    public async Task DisposeAsync() => await GitHub.DisposeAsync();

    [Fact]
    public async Task A_file_is_published_and_downloaded()
    {
        var (repository, api, token) = Open();
        using var folder = new TempFolder();
        var path = folder.At("file");
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(path, content);

        var draft = await api.CreateDraftAsync(token, "a-1.0+local.1.zip", "nonce", default);
        var uploaded = await api.UploadAssetAsync(token, draft, "a-1.0+local.1.zip", path, default);
        var published = await api.PublishAsync(token, draft.Id, "a-1.0+local.1.zip", "name = \"a\"", default);
        var found = await api.FindReleaseAsync(token, "a-1.0+local.1.zip", default);
        var link = Assert.IsType<AssetContent.Redirect>(await api.OpenAssetAsync(token, uploaded.Url, default));
        using var download = await api.FetchSignedAsync(link.Location, null, default);
        using var part = await api.FetchSignedAsync(link.Location, new RangeHeaderValue(1, 4), default);

        Assert.Equal(("a-1.0+local.1.zip", true, content.Length), (uploaded.Name, uploaded.IsWhole, uploaded.Size));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), uploaded.Digest);
        Assert.False(published.Draft);
        Assert.Equal((draft.Id, "name = \"a\"", uploaded.Url), (found?.Id, found?.Body, found?.Assets.Single().Url));
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal(content[1..5], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal("a-1.0+local.1.zip", Assert.Single(repository.Releases).Tag);
        Assert.All(GitHub.Log.To(Origin.Storage), request => Assert.False(request.HasAuthorization));
        Assert.All(GitHub.Log.All, request => Assert.StartsWith("pywharf/", request.Headers["User-Agent"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_asset_may_come_from_the_API_itself()
    {
        var (repository, api, token) = Open();
        GitHub.ServesAssetsDirectly = true;
        repository.Publish("a-1.zip", [1, 2, 3], "");
        var release = await api.FindReleaseAsync(token, "a-1.zip", default) ?? throw new InvalidOperationException("It was published.");

        using var asset = Assert.IsType<AssetContent.Direct>(await api.OpenAssetAsync(token, release.Assets[0].Url, default));

        Assert.Equal([1, 2, 3], await asset.Response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_link_that_has_expired_is_refused()
    {
        var (repository, api, token) = Open();
        repository.Publish("a-1.zip", [1, 2, 3], "");
        var release = await api.FindReleaseAsync(token, "a-1.zip", default) ?? throw new InvalidOperationException("It was published.");
        var link = Assert.IsType<AssetContent.Redirect>(await api.OpenAssetAsync(token, release.Assets[0].Url, default));
        GitHub.Links.Revoke();

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.FetchSignedAsync(link.Location, null, default));

        Assert.Equal(GitHubErrorKind.Forbidden, thrown.Kind);
    }

    [Fact]
    public async Task Bytes_of_packages_are_not_decompressed()
    {
        var (_, api, _) = Open();
        GitHub.Faults.Next(
            request => request.Origin == Origin.Storage,
            new Fault.Answer(200, "bytes", "application/octet-stream") { Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" } });

        using var response = await api.FetchSignedAsync(
            new Uri(GitHub.Root(Origin.Storage) + "/x?X-Amz-Signature=1"), null, default);

        Assert.Equal("bytes", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task All_pages_are_listed_however_small_they_have_to_be()
    {
        var (repository, api, token) = Open();
        for (var i = 0; i < 107; i++)
        {
            repository.Publish($"a-{i}.zip", [1], "");
        }

        repository.LargestPage = 49;
        await api.CreateDraftAsync(token, "draft.zip", "", default);

        var names = await api.ListReleasesAsync(token, default).Select(release => release.TagName).ToListAsync();

        Assert.Equal(["draft.zip", .. Enumerable.Range(0, 107).Select(i => $"a-{106 - i}.zip")], names);
        Assert.Equal([502, 502, 200, 200, 200, 200], GitHub.Log.All.Where(request => request.Method == "GET").Select(request => request.Status ?? 0));
    }

    [Fact]
    public async Task Pages_that_shift_while_they_are_read_repeat_nothing_and_lose_nothing()
    {
        var (repository, api, token) = Open();
        var before = Enumerable.Range(0, 250).Select(i => repository.Publish($"a-{i}.zip", [1], "").Id).ToList();
        var pause = new Fault.Pause();
        GitHub.Faults.Next(request => request.Query.Contains("&page=2", StringComparison.Ordinal), pause);
        var listing = api.ListReleasesAsync(token, default).Select(release => release.Id).ToListAsync().AsTask();
        await pause.Reached;

        Enumerable.Range(0, 7).ToList().ForEach(i => repository.Publish($"b-{i}.zip", [1], ""));
        pause.Release();
        var listed = await listing;

        Assert.Equal(before.Order(), listed.Order());
    }

    [Fact]
    public async Task More_than_GitHub_lists_ends_the_list()
    {
        var (repository, api, token) = Open();
        GitHub.Limits.ListedReleases = 100;
        for (var i = 0; i < 101; i++)
        {
            repository.Publish($"a-{i}.zip", [1], "");
        }

        Assert.Equal(100, await api.ListReleasesAsync(token, default).CountAsync());
    }

    [Fact]
    public async Task A_file_on_a_branch_is_read_written_and_seen_to_change()
    {
        var (repository, api, token) = Open();
        repository.Put("index.toml", Encoding.UTF8.GetBytes("one"));

        var before = await api.GetTreeIfChangedAsync(token, "main", null, default);
        var unchanged = await api.GetTreeIfChangedAsync(token, "main", before.ETag, default);
        var entry = before.Value?.Find("index.toml") ?? throw new InvalidOperationException("It was put there.");
        var bytes = await api.GetBlobAsync(token, entry.Sha, default);
        var written = await api.PutFileAsync(token, "main", "index.toml", "two"u8.ToArray(), entry.Sha, "m", default);
        var changed = await api.GetTreeIfChangedAsync(token, "main", before.ETag, default);

        Assert.Equal("one"u8.ToArray(), bytes);
        Assert.True(unchanged.NotModified);
        Assert.Equal(written, changed.Value?.Find("index.toml")?.Sha);
        Assert.Equal("two"u8.ToArray(), repository.Read("index.toml"));
    }

    [Fact]
    public async Task Two_who_write_the_same_file_are_told()
    {
        var (repository, api, token) = Open();
        repository.Put("index.toml", Encoding.UTF8.GetBytes("one"));

        var without = await Assert.ThrowsAsync<GitHubException>(
            () => api.PutFileAsync(token, "main", "index.toml", "two"u8.ToArray(), null, "m", default));
        var wrong = await Assert.ThrowsAsync<GitHubException>(
            () => api.PutFileAsync(token, "main", "index.toml", "two"u8.ToArray(), new string('0', 40), "m", default));

        Assert.Equal((GitHubErrorKind.Conflict, GitHubErrorKind.Conflict), (without.Kind, wrong.Kind));
    }

    [Fact]
    public async Task A_large_file_is_read_whole()
    {
        var (repository, api, token) = Open();
        var content = RandomNumberGenerator.GetBytes(2_000_000);
        repository.Put("index.toml", content);

        var tree = await api.GetTreeAsync(token, "main", recursive: false, default);

        Assert.Equal(content, await api.GetBlobAsync(token, tree?.Find("index.toml")?.Sha ?? "", default));
    }

    [Fact]
    public async Task An_empty_repository_has_neither_tree_nor_branch()
    {
        var repository = GitHub.AddRepository("acme/empty", empty: true);
        var (api, token) = Open(repository, Role.Push);

        Assert.Null(await api.GetTreeAsync(token, "main", recursive: true, default));
        Assert.Null(await api.FindBranchAsync(token, "main", default));
    }

    [Fact]
    public async Task A_repository_is_set_up()
    {
        GitHub.AddUser("me");
        var token = new Secret(GitHub.AddClassicToken("me", "repo").Value);
        var api = GitHubApi.Create(GitHub.ApiUrl, "me", "packages", _time, NullLogger.Instance);

        var repository = await api.CreateRepositoryAsync(token, "me", isOrganization: false, "packages", isPrivate: true, "Packages", default);
        var head = await api.FindBranchAsync(token, repository.DefaultBranch, default);
        while (head is null)
        {
            head = await api.FindBranchAsync(token, repository.DefaultBranch, default);
        }

        await api.CreateBranchAsync(token, "a/b", head.Object.Sha, default);
        await api.CreateBranchAsync(token, "a/b", head.Object.Sha, default);
        await api.EnablePagesAsync(token, "main", default);
        await api.EnablePagesAsync(token, "main", default);
        var taken = await Assert.ThrowsAsync<GitHubException>(
            () => api.CreateRepositoryAsync(token, "me", isOrganization: false, "packages", isPrivate: true, "Packages", default));

        Assert.Equal("me/packages", repository.FullName);
        Assert.NotNull(await api.GetTreeAsync(token, "a/b", recursive: false, default));
        Assert.Equal(GitHubErrorKind.AlreadyExists, taken.Kind);
    }

    [Fact]
    public async Task A_repository_that_was_renamed_is_read_and_written_with_the_token()
    {
        var (repository, api, token) = Open();
        repository.Rename("renamed");

        Assert.Equal("acme/renamed", (await api.GetRepositoryAsync(token, default)).FullName);
        Assert.Equal("a-1.zip", (await api.CreateDraftAsync(token, "a-1.zip", "", default)).TagName);
    }

    [Fact]
    public async Task Who_may_not_is_told_in_GitHubs_ways()
    {
        var (repository, _, _) = Open();
        var (api, reader) = Open(repository, Role.Pull);
        GitHub.AddUser("fine");
        repository.SetRole("fine", Role.Push);
        var narrow = new Secret(GitHub.AddFineGrainedToken("fine", new Dictionary<string, Level> { ["contents"] = Level.Read }).Value);

        var hidden = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(reader, "a-1.zip", "", default));
        var forbidden = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(narrow, "a-1.zip", "", default));
        var bad = await Assert.ThrowsAsync<GitHubException>(() => api.GetRepositoryAsync(new Secret("ghp_wrong"), default));
        var absent = await Assert.ThrowsAsync<GitHubException>(() => api.GetRepositoryAsync(new Secret(""), default));

        Assert.Equal(
            (GitHubErrorKind.NotFound, GitHubErrorKind.Forbidden, GitHubErrorKind.Unauthorized, GitHubErrorKind.NotFound),
            (hidden.Kind, forbidden.Kind, bad.Kind, absent.Kind));
    }

    [Fact]
    public async Task What_can_be_read_at_all_is_read_to_the_last_byte()
    {
        var (repository, api, token) = Open();
        foreach (var length in (int[])[(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])
        {
            GitHub.Limits.RawContent = length;
            var content = RandomNumberGenerator.GetBytes(length);
            repository.Put("index.toml", content);

            var tree = await api.GetTreeAsync(token, "main", recursive: false, default);

            Assert.Equal(content, await api.GetBlobAsync(token, tree?.Find("index.toml")?.Sha ?? "", default));
        }
    }

    [Fact]
    public async Task A_limit_stops_a_token_and_is_not_asked_about_again()
    {
        var (_, api, token) = Open();
        GitHub.RateLimits.ExceedSecondary(retryAfter: TimeSpan.FromSeconds(300));

        var first = await Assert.ThrowsAsync<GitHubException>(() => api.GetRepositoryAsync(token, default));
        var second = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(token, "a-1.zip", "", default));

        Assert.Equal((GitHubErrorKind.RateLimited, GitHubErrorKind.RateLimited), (first.Kind, second.Kind));
        Assert.InRange(second.RetryAfter ?? default, TimeSpan.FromSeconds(299), TimeSpan.FromSeconds(300));
        Assert.Single(GitHub.Log.All);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Reads_survive_whatever_passes(int seed)
    {
        var (repository, api, token) = Open();
        for (var i = 0; i < 30; i++)
        {
            repository.Publish($"a-{i}.zip", [1], "");
        }

        GitHub.Faults.Chaos(seed, rate: 0.5);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("acme/packages", (await api.GetRepositoryAsync(token, default)).FullName);
            Assert.Equal(30, await api.ListReleasesAsync(token, default).CountAsync());
            Assert.NotNull(await api.FindReleaseAsync(token, $"a-{i}.zip", default));
            Assert.NotNull(await api.GetTreeAsync(token, "main", recursive: false, default));
        }

        Assert.NotEmpty(_time.Waits);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_not_repeated()
    {
        var (repository, api, token) = Open();
        GitHub.Faults.Next(request => request.Writes, new Fault.Reset { Effect = Effect.Whole });

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(token, "a-1.zip", "nonce", default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Single(repository.Releases);
    }

    [Fact]
    public async Task A_GitHub_that_is_not_there_is_unreachable()
    {
        var gone = await FakeGitHub.StartAsync();
        var api = GitHubApi.Create(gone.ApiUrl, "acme", "packages", _time, NullLogger.Instance);
        await gone.DisposeAsync();

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.GetRepositoryAsync(new Secret("ghp_1"), default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
    }

    private (FakeRepository Repository, GitHubApi Api, Secret Token) Open()
    {
        var repository = GitHub.AddRepository("acme/packages");
        var (api, token) = Open(repository, Role.Push);

        return (repository, api, token);
    }

    private (GitHubApi Api, Secret Token) Open(FakeRepository repository, Role role) => (
        GitHubApi.Create(GitHub.ApiUrl, repository.Owner.Login, repository.Name, _time, NullLogger.Instance),
        new Secret(GitHub.AddToken(repository, role).Value));
}
