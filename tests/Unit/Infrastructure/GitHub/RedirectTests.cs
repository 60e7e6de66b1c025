using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class RedirectTests
{
    private const string Repository = """{"id":1,"full_name":"o/new","private":true,"default_branch":"main","archived":false}""";

    private static readonly Uri AssetUrl = new(Address + "/repos/o/r/releases/assets/7");

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_repository_that_moved_is_read_there_with_the_token(int status)
    {
        var github = new StubGitHub(Moved(status, Address + "/repositories/1"), Json(Repository));

        await github.Api().GetRepositoryAsync(Token, default);

        Assert.Equal(("GET", Address + "/repositories/1"), (github.Last.Method, github.Last.Url));
        Assert.Equal("Bearer ghp_secretToken1", github.Last["Authorization"]);
    }

    [Fact]
    public async Task That_a_repository_moved_is_logged_once()
    {
        var github = new StubGitHub(Moved(301, "/repositories/1"), Json(Repository), Moved(301, "/repositories/1"), Json(Repository));
        var api = github.Api();

        await api.GetRepositoryAsync(Token, default);
        await api.GetRepositoryAsync(Token, default);

        Assert.Contains("o/r has moved", Assert.Single(github.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_write_is_made_where_the_repository_moved(int status)
    {
        var github = new StubGitHub(Moved(status, Address + "/repositories/1/releases"), Json(Release(1)));

        await github.Api().CreateDraftAsync(Token, "a-1.zip", "text", default);

        Assert.Equal(("POST", Address + "/repositories/1/releases"), (github.Last.Method, github.Last.Url));
        Assert.Equal(github.Sent[0].Text, github.Last.Text);
        Assert.Equal("Bearer ghp_secretToken1", github.Last["Authorization"]);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    public async Task A_write_does_not_become_a_read(int status)
    {
        var github = new StubGitHub(Moved(status, Address + "/repositories/1/releases"), Json(Release(1)));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().CreateDraftAsync(Token, "a-1.zip", "text", default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Single(github.Sent);
    }

    [Theory]
    [InlineData("https://other.test/x")]
    [InlineData("https://api.github.test:8443/x")]
    [InlineData("https://api.github.test.evil.test/x")]
    [InlineData("//other.test/x")]
    public async Task Another_origin_does_not_see_the_token(string target)
    {
        var github = new StubGitHub(Moved(302, target), Json(Repository));

        await github.Api().GetRepositoryAsync(Token, default);

        Assert.Equal(2, github.Sent.Count);
        Assert.Null(github.Last["Authorization"]);
    }

    [Fact]
    public async Task The_token_does_not_come_back_with_a_second_redirect()
    {
        var github = new StubGitHub(Moved(302, "https://other.test/x"), Moved(302, Address + "/repositories/1"), Json(Repository));

        await github.Api().GetRepositoryAsync(Token, default);

        Assert.Equal(["Bearer ghp_secretToken1", null, null], github.Sent.Select(sent => sent["Authorization"]));
    }

    [Theory]
    [InlineData("http://api.github.test/repositories/1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://other.test/")]
    public async Task An_unsafe_place_is_not_gone_to(string target)
    {
        var github = new StubGitHub(Moved(301, target), Json(Repository));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetRepositoryAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task What_is_written_is_not_sent_to_another_origin()
    {
        var github = new StubGitHub(Moved(307, "https://other.test/x"), Json(Release(1)));

        await Assert.ThrowsAsync<GitHubException>(() => github.Api().CreateDraftAsync(Token, "a-1.zip", "text", default));

        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var github = new StubGitHub(Moved(301, "/repos/o/r"));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetRepositoryAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Equal(6, github.Sent.Count);
    }

    [Fact]
    public async Task A_redirect_without_a_target_is_nonsense()
    {
        var github = new StubGitHub(Answer(301));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetRepositoryAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
    }

    [Fact]
    public async Task An_asset_of_a_repository_that_moved_is_found_there()
    {
        var github = new StubGitHub(
            Moved(301, Address + "/repositories/1/releases/assets/7"), Moved(302, "https://storage.test/f?X-Amz-Signature=abc"));

        using var content = await github.Api().OpenAssetAsync(Token, AssetUrl, default);

        Assert.Equal("https://storage.test/f?X-Amz-Signature=abc", Assert.IsType<AssetContent.Redirect>(content).Location.AbsoluteUri);
        Assert.Equal(2, github.Sent.Count);
        Assert.Equal("application/octet-stream", github.Last["Accept"]);
        Assert.Equal("Bearer ghp_secretToken1", github.Last["Authorization"]);
    }

    private static Func<HttpResponseMessage> Moved(int status, string target) =>
        Answer(status, $$"""{"message":"Moved Permanently","url":"{{target}}"}""", ("Location", target));
}
