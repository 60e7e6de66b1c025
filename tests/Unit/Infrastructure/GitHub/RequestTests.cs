using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class RequestTests
{
    private const string Repository = """
        {"id":1,"full_name":"o/r","private":true,"default_branch":"main","archived":false,"permissions":{"admin":false,"pull":true,"push":true},"new":[1]}
        """;

    [Fact]
    public async Task A_request_has_a_product_a_version_and_the_token()
    {
        var github = new StubGitHub(Json(Repository));

        var repository = await github.Api().GetRepositoryAsync(Token, default);

        Assert.Equal(new GitHubRepository(1, "o/r", true, "main", false, new GitHubPermissions(Pull: true, Push: true)), repository);
        Assert.Equal(("GET", Address + "/repos/o/r"), (github.Last.Method, github.Last.Url));
        Assert.Equal("Bearer ghp_secretToken1", github.Last["Authorization"]);
        Assert.Equal("application/vnd.github+json", github.Last["Accept"]);
        Assert.Equal("2022-11-28", github.Last["X-GitHub-Api-Version"]);
        Assert.StartsWith("pywharf/", github.Last["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_call_shows_its_own_token()
    {
        var github = new StubGitHub(Json(Repository));
        var api = github.Api();

        await api.GetRepositoryAsync(new Secret("one"), default);
        await api.GetRepositoryAsync(new Secret("two"), default);
        await api.GetRepositoryAsync(new Secret(""), default);

        Assert.Equal(["Bearer one", "Bearer two", null], github.Sent.Select(sent => sent["Authorization"]));
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("geheimnis-ä")]
    [InlineData("two words")]
    [InlineData("\0")]
    public async Task What_cannot_be_a_token_is_not_sent(string secret)
    {
        var github = new StubGitHub(Json(Repository));

        var trouble = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetRepositoryAsync(new Secret(secret), default));

        Assert.Equal(GitHubErrorKind.Unauthorized, trouble.Kind);
        Assert.DoesNotContain(secret, trouble.ToString(), StringComparison.Ordinal);
        Assert.Empty(github.Sent);
    }

    [Theory]
    [InlineData("https://ghe.test/api/v3")]
    [InlineData("https://ghe.test/api/v3/")]
    [InlineData("https://user:pw@ghe.test/api/v3?x=1#y")]
    public async Task The_path_of_an_enterprise_server_is_kept(string address)
    {
        var github = new StubGitHub(Json(Repository));

        await github.Api(address).GetRepositoryAsync(Token, default);

        Assert.Equal("https://ghe.test/api/v3/repos/o/r", github.Last.Url);
    }

    [Theory]
    [InlineData("ftp://ghe.test/")]
    [InlineData("file:///etc/passwd")]
    public void Another_scheme_is_a_mistake(string address) =>
        Assert.Throws<ArgumentException>(() => new StubGitHub().Api(address));

    [Theory]
    [InlineData("a-1.0+local.1.zip", "a-1.0%2Blocal.1.zip")]
    [InlineData("a-1!2.0.zip", "a-1%212.0.zip")]
    [InlineData("a b/c?d#e%2f", "a%20b%2Fc%3Fd%23e%252f")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("ä", "%C3%A4")]
    [InlineData("{0}", "%7B0%7D")]
    public async Task A_name_is_one_segment_of_the_path(string tag, string segment)
    {
        var github = new StubGitHub(Json(Release(1)));

        await github.Api().FindReleaseAsync(Token, tag, default);

        Assert.Equal($"{Address}/repos/o/r/releases/tags/{segment}", github.Last.Url);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_name_that_would_mean_another_path_is_not_asked_for(string tag)
    {
        var github = new StubGitHub(Json(Release(1)));

        var trouble = await Assert.ThrowsAsync<GitHubException>(() => github.Api().FindReleaseAsync(Token, tag, default));

        Assert.Equal(GitHubErrorKind.Invalid, trouble.Kind);
        Assert.Empty(github.Sent);
    }

    [Fact]
    public void One_client_serves_all_repositories_of_a_GitHub()
    {
        var github = new StubGitHub();
        var first = GitHubHttpClients.For(new Uri("https://one.test/api/v3"), github.Time, github.Lines);

        Assert.Same(first, GitHubHttpClients.For(new Uri("https://one.test"), github.Time, github.Lines));
        Assert.NotSame(first, GitHubHttpClients.For(new Uri("https://one.test:8443"), github.Time, github.Lines));
        Assert.All(first.DefaultRequestHeaders, header => Assert.Equal("User-Agent", header.Key));
    }
}
