using System.Text.Json;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class ContentsTests
{
    private const string Tree = """
        {"sha":"c0","truncated":false,"tree":[{"path":"index.toml","mode":"100644","type":"blob","sha":"b0","size":12},{"path":"docs","type":"tree","sha":"t0"}]}
        """;

    [Fact]
    public async Task A_tree_is_read()
    {
        var github = new StubGitHub(Json(Tree));

        var tree = await github.Api().GetTreeAsync(Token, "feature/x", recursive: true, default);

        Assert.Equal(new GitHubTreeEntry("index.toml", "blob", "b0", 12), tree?.Find("index.toml"));
        Assert.Null(tree?.Find("docs")?.Size);
        Assert.Equal(Address + "/repos/o/r/git/trees/feature%2Fx?recursive=1", github.Last.Url);
    }

    [Theory]
    [InlineData(404, "Not Found")]
    [InlineData(409, "Git Repository is empty.")]
    public async Task A_branch_that_is_not_there_has_no_tree(int status, string message)
    {
        var api = new StubGitHub(Message(status, message)).Api();

        Assert.Null(await api.GetTreeAsync(Token, "main", recursive: false, default));
        Assert.Null(await api.FindBranchAsync(Token, "main", default));
    }

    [Fact]
    public async Task Only_a_repository_without_commits_has_an_empty_branch()
    {
        var empty = await new StubGitHub(Message(409, "Git Repository is empty.")).Api().GetTreeIfChangedAsync(Token, "main", "\"e\"", default);
        var thrown = await Assert.ThrowsAsync<GitHubException>(
            () => new StubGitHub(Message(404, "Not Found")).Api().GetTreeIfChangedAsync(Token, "main", "\"e\"", default));

        Assert.Equal(new ConditionalResponse<GitHubTree>(null, null, NotModified: false), empty);
        Assert.Equal(GitHubErrorKind.NotFound, thrown.Kind);
    }

    [Fact]
    public async Task A_tree_that_did_not_change_is_not_sent()
    {
        var github = new StubGitHub(Json(Tree, ("ETag", "W/\"e1\"")), Answer(304, "", ("ETag", "W/\"e1\"")), Json(Tree, ("ETag", "\"e2\"")));
        var api = github.Api();

        var first = await api.GetTreeIfChangedAsync(Token, "main", null, default);
        var second = await api.GetTreeIfChangedAsync(Token, "main", first.ETag, default);
        var third = await api.GetTreeIfChangedAsync(Token, "main", second.ETag, default);

        Assert.Equal([null, "W/\"e1\"", "W/\"e1\""], github.Sent.Select(sent => sent["If-None-Match"]));
        Assert.Equal(("c0", "W/\"e1\"", false), (first.Value?.Sha, first.ETag, first.NotModified));
        Assert.Equal((null, "W/\"e1\"", true), (second.Value, second.ETag, second.NotModified));
        Assert.Equal(("c0", "\"e2\"", false), (third.Value?.Sha, third.ETag, third.NotModified));
    }

    [Fact]
    public async Task A_304_to_somebody_who_knows_nothing_is_nonsense()
    {
        var thrown = await Assert.ThrowsAsync<GitHubException>(
            () => new StubGitHub(Answer(304)).Api().GetTreeIfChangedAsync(Token, "main", null, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
    }

    [Fact]
    public async Task A_blob_comes_raw()
    {
        var github = new StubGitHub(() => new HttpResponseMessage { Content = new ByteArrayContent([0, 1, 255]) });
        var sha = GitBlob.ShaOf([0, 1, 255]);

        Assert.Equal([0, 1, 255], await github.Api().GetBlobAsync(Token, sha, default));
        Assert.Equal("application/vnd.github.raw+json", github.Last["Accept"]);
        Assert.Equal($"{Address}/repos/o/r/git/blobs/{sha}", github.Last.Url);
    }

    [Fact]
    public async Task A_blob_that_has_another_digest_is_none()
    {
        var github = new StubGitHub(() => new HttpResponseMessage { Content = new ByteArrayContent([0, 1]) });

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetBlobAsync(Token, GitBlob.ShaOf([0, 1, 255]), default));

        Assert.Equal((GitHubErrorKind.Unavailable, TimeSpan.FromSeconds(5)), (thrown.Kind, thrown.RetryAfter));
    }

    [Theory]
    [InlineData(null, "{\"message\":\"m\",\"content\":\"AP8=\",\"branch\":\"main\"}")]
    [InlineData("b0", "{\"message\":\"m\",\"content\":\"AP8=\",\"branch\":\"main\",\"sha\":\"b0\"}")]
    public async Task A_file_is_written(string? sha, string body)
    {
        var github = new StubGitHub(Answer(201, """{"content":{"name":"x","sha":"b1"},"commit":{"sha":"c1"}}"""));

        Assert.Equal("b1", await github.Api().PutFileAsync(Token, "main", ".github/workflows/a b.yml", new byte[] { 0, 255 }, sha, "m", default));
        Assert.Equal(("PUT", Address + "/repos/o/r/contents/.github/workflows/a%20b.yml"), (github.Last.Method, github.Last.Url));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(body).RootElement, JsonDocument.Parse(github.Last.Text).RootElement), github.Last.Text);
    }

    [Theory]
    [InlineData(409, "index.toml does not match b0")]
    [InlineData(409, "is at c1 but expected c0")]
    [InlineData(422, "Invalid request.\\n\\n\\\"sha\\\" wasn't supplied.")]
    public async Task A_file_that_somebody_else_wrote_is_a_conflict(int status, string message)
    {
        var github = new StubGitHub(Message(status, message));

        var thrown = await Assert.ThrowsAsync<GitHubException>(
            () => github.Api().PutFileAsync(Token, "main", "index.toml", default, null, "m", default));

        Assert.Equal(GitHubErrorKind.Conflict, thrown.Kind);
        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task A_branch_is_found_and_made()
    {
        var github = new StubGitHub(Json("""{"ref":"refs/heads/a/b","node_id":"x","object":{"type":"commit","sha":"c0"}}"""), Answer(201, "{}"));

        var branch = await github.Api().FindBranchAsync(Token, "a/b", default);
        await github.Api().CreateBranchAsync(Token, "a/c", "c0", default);

        Assert.Equal(("refs/heads/a/b", "c0"), (branch?.Ref, branch?.Object.Sha));
        Assert.Equal(Address + "/repos/o/r/git/ref/heads/a/b", github.Sent[0].Url);
        Assert.Equal("""{"ref":"refs/heads/a/c","sha":"c0"}""", github.Last.Text);
    }

    [Theory]
    [InlineData("c0", true)]
    [InlineData("c9", false)]
    public async Task A_branch_that_exists_is_fine_at_the_same_commit(string sha, bool fine)
    {
        var api = new StubGitHub(
            Message(422, "Reference already exists"), Json($$$"""{"ref":"refs/heads/x","object":{"sha":"{{{sha}}}"}}""")).Api();

        var thrown = await Record.ExceptionAsync(() => api.CreateBranchAsync(Token, "x", "c0", default));

        Assert.Equal(fine, thrown is null);
        Assert.Equal(fine ? null : GitHubErrorKind.AlreadyExists, (thrown as GitHubException)?.Kind);
    }
}
