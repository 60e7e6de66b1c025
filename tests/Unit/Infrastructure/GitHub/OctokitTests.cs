using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Support;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

/// <summary>Behaviour of Octokit that our HTTP client replaces.</summary>
public class OctokitTests
{
    private const long Large = 3_000_000_000;

    private static readonly Func<HttpResponseMessage> User = Json("""{"login":"u"}""");

    [Theory]
    [InlineData("https://other.test/user")]
    [InlineData("http://api.github.test/user")]
    [InlineData("https://api.github.test:8443/user")]
    public async Task Another_server_does_not_see_the_token(string address)
    {
        var github = new StubGitHub(User);

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => Connect(github).Get<GitHubUser>(new Uri(address)));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Empty(github.Sent);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_name_that_would_mean_another_path_deletes_nothing(string tag)
    {
        var github = new StubGitHub(Answer(204));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().DeleteTagAsync(Token, tag, default));

        Assert.Equal(GitHubErrorKind.Invalid, thrown.Kind);
        Assert.Empty(github.Sent);
    }

    [Fact]
    public async Task Numbers_may_need_more_than_32_bits()
    {
        var github = new StubGitHub(
            Json(Release(Large).Replace("\"id\":7", $"\"id\":{Large + 1}", StringComparison.Ordinal)), Answer(204), Answer(204));
        var api = github.Api();

        var release = await api.GetReleaseAsync(Token, Large, default);
        await api.DeleteAssetAsync(Token, release.Assets[0].Id, default);
        await api.DeleteReleaseAsync(Token, release.Id, default);

        Assert.Equal(
            [$"GET {Address}/repos/o/r/releases/{Large}", $"DELETE {Address}/repos/o/r/releases/assets/{Large + 1}", $"DELETE {Address}/repos/o/r/releases/{Large}"],
            github.Sent.Select(sent => $"{sent.Method} {sent.Url}"));
    }

    [Fact]
    public async Task Headers_are_not_read_by_Octokit()
    {
        var github = new StubGitHub(Json("""{"login":"u"}""", ("Link", "</user?page=2>; rel=\"next\", <x>; rel=\"next\""), ("x-ratelimit-reset", "99999999999999")));

        Assert.Equal("u", (await github.Api().GetUserAsync(Token, default)).Login);
        Assert.Single(github.Sent);
    }

    [Theory]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain")]
    public async Task JSON_is_UTF_8_whatever_the_header_says(string contentType)
    {
        var github = new StubGitHub(() =>
        {
            var content = new ByteArrayContent("""{"login":"u"}"""u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

            return new HttpResponseMessage { Content = content };
        });

        Assert.Equal("u", (await github.Api().GetUserAsync(Token, default)).Login);
    }

    [Fact]
    public async Task GitHub_is_not_told_of_this_machine()
    {
        var github = new StubGitHub(User);

        await github.Api().GetUserAsync(Token, default);

        Assert.Matches("^pywharf/[0-9.]+$", github.Last["User-Agent"]);
    }

    [Fact]
    public async Task A_deletion_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var github = new StubGitHub(Answer(204));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => github.Api().DeleteReleaseAsync(Token, 1, cancelled.Token));

        Assert.Empty(github.Sent);
    }

    private static Octokit.IApiConnection Connect(StubGitHub github) =>
        new GitHubTransport(GitHubHttpClients.Create(github, new SkippingTime(), github.Lines), new Uri(Address), "o/r", github.Time, github.Lines)
            .Connect(new GitHubRequestOptions { Token = Token }, default);
}
