using System.Text.Json;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class ReleaseTests
{
    private const string First = Address + "/repos/o/r/releases?per_page=100&page=1";

    [Fact]
    public async Task Pages_are_followed_by_their_links_wherever_they_lead()
    {
        var github = new StubGitHub(
            Page([3, 2], Link($"{Address}/repositories/9/releases?cursor=a,b%3Bc&x=1", "next")),
            Page([1], $"<{First}>; rel=\"first\", <{First}>; rel=prev"));

        Assert.Equal([3, 2, 1], await ListAsync(github));
        Assert.Equal([First, $"{Address}/repositories/9/releases?cursor=a,b%3Bc&x=1"], github.Sent.Select(sent => sent.Url));
        Assert.All(github.Sent, sent => Assert.Equal("Bearer ghp_secretToken1", sent["Authorization"]));
    }

    [Fact]
    public async Task A_list_without_links_has_one_page()
    {
        var github = new StubGitHub(Page([1]));

        Assert.Equal([1], await ListAsync(github));
        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task An_empty_list_is_one() => Assert.Empty(await ListAsync(new StubGitHub(Page([]))));

    [Fact]
    public async Task A_release_that_is_on_two_pages_is_listed_once()
    {
        var github = new StubGitHub(Page([3, 2], Link(First + "0", "next")), Page([2, 1]));

        Assert.Equal([3, 2, 1], await ListAsync(github));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_page_that_is_too_much_for_GitHub_is_asked_for_in_smaller_ones(int status)
    {
        var hundred = Enumerable.Range(0, 100).Select(i => 1000L - i).ToArray();
        var github = new StubGitHub(
            Page(hundred, Link($"{Address}/repositories/9/releases?per_page=100&page=2", "next")),
            Answer(status, "<html></html>"),
            Answer(status, "<html></html>"),
            Page([.. hundred[90..], 900, 899], Link($"{Address}/next", "next")),
            Page([898]));

        Assert.Equal([.. hundred, 900, 899, 898], await ListAsync(github));
        Assert.Equal(
            [First, $"{Address}/repositories/9/releases?per_page=100&page=2", Sized(50, 3), Sized(30, 4), $"{Address}/next"],
            github.Sent.Select(sent => sent.Url));
        Assert.Empty(github.Time.Waits);
    }

    [Fact]
    public async Task The_smallest_page_is_tried_patiently_and_then_given_up()
    {
        var github = new StubGitHub(Answer(502));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => ListAsync(github));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Equal([First, Sized(50, 1), Sized(30, 1), .. Enumerable.Repeat(Sized(10, 1), 5)], github.Sent.Select(sent => sent.Url));
    }

    [Fact]
    public async Task The_end_of_what_GitHub_lists_is_the_end_of_the_list()
    {
        var github = new StubGitHub(Page([1], Link(First + "01", "next")), Message(422, "Only the first 10000 results are available."));

        Assert.Equal([1], await ListAsync(github));
    }

    [Fact]
    public async Task A_first_page_that_is_refused_is_no_empty_list()
    {
        var thrown = await Assert.ThrowsAsync<GitHubException>(() => ListAsync(new StubGitHub(Message(422, "no"))));

        Assert.Equal(GitHubErrorKind.Invalid, thrown.Kind);
    }

    [Fact]
    public async Task The_token_does_not_follow_a_link_to_another_server()
    {
        var github = new StubGitHub(Page([1], Link("https://evil.test/releases?page=2", "next")));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => ListAsync(github));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task Links_in_a_circle_end()
    {
        var github = new StubGitHub(Page([1], Link(First, "next")));

        Assert.Equal([1], await ListAsync(github));
    }

    [Fact]
    public async Task A_release_is_read_as_GitHub_writes_it()
    {
        var github = new StubGitHub(Json(Release(5, "a-1.zip", isDraft: true)));

        var release = await github.Api().GetReleaseAsync(Token, 5, default);

        Assert.Equal(Address + "/repos/o/r/releases/5", github.Last.Url);
        Assert.Equal((5, "a-1.zip", "text", true, null), (release.Id, release.TagName, release.Body, release.Draft, release.PublishedAt));
        var asset = Assert.Single(release.Assets);
        Assert.Equal((7, "a-1.zip", 3, true, null), (asset.Id, asset.Name, asset.Size, asset.IsWhole, asset.Digest));
    }

    [Fact]
    public async Task A_release_that_is_not_there_is_null()
    {
        Assert.Null(await new StubGitHub(Message(404, "Not Found")).Api().FindReleaseAsync(Token, "a-1.zip", default));
        await Assert.ThrowsAsync<GitHubException>(() => new StubGitHub(Message(404, "Not Found")).Api().GetReleaseAsync(Token, 1, default));
    }

    [Fact]
    public async Task A_draft_has_its_tag_for_a_name()
    {
        var github = new StubGitHub(Answer(201, Release(5, isDraft: true)));

        await github.Api().CreateDraftAsync(Token, "a-1.zip", "nonce \"1\"", default);

        Assert.Equal(("POST", Address + "/repos/o/r/releases"), (github.Last.Method, github.Last.Url));
        AssertJson("""{"tag_name":"a-1.zip","name":"a-1.zip","body":"nonce \"1\"","draft":true,"prerelease":false}""", github.Last.Text);
        Assert.Equal("application/json", github.Last["Content-Type"]);
    }

    [Fact]
    public async Task Publishing_takes_the_final_text()
    {
        var github = new StubGitHub(Json(Release(5)));

        await github.Api().PublishAsync(Token, 5, "a-1.zip", "sha256 = \"…\"", default);

        Assert.Equal(("PATCH", Address + "/repos/o/r/releases/5"), (github.Last.Method, github.Last.Url));
        AssertJson("""{"tag_name":"a-1.zip","name":"a-1.zip","body":"sha256 = \"…\"","draft":false,"prerelease":false}""", github.Last.Text);
    }

    [Fact]
    public async Task Releases_and_tags_are_deleted_apart()
    {
        var github = new StubGitHub(Answer(204));

        await github.Api().DeleteReleaseAsync(Token, 5, default);
        await github.Api().DeleteTagAsync(Token, "a-1+x.zip", default);

        Assert.Equal(
            [("DELETE", Address + "/repos/o/r/releases/5"), ("DELETE", Address + "/repos/o/r/git/refs/tags/a-1%2Bx.zip")],
            github.Sent.Select(sent => (sent.Method, sent.Url)));
    }

    [Fact]
    public async Task A_tag_that_is_gone_is_not_found()
    {
        var github = new StubGitHub(Message(422, "Reference does not exist"));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().DeleteTagAsync(Token, "a-1.zip", default));

        Assert.Equal(GitHubErrorKind.NotFound, thrown.Kind);
    }

    private static async Task<List<long>> ListAsync(StubGitHub github)
    {
        var ids = new List<long>();
        await foreach (var release in github.Api().ListReleasesAsync(Token, default))
        {
            ids.Add(release.Id);
        }

        return ids;
    }

    private static Func<HttpResponseMessage> Page(long[] ids, params string[] links) =>
        Json($"[{string.Join(',', ids.Select(id => Release(id)))}]", [.. links.Select(link => ("Link", link))]);

    private static string Link(string url, string relation) => $"<{Address}/x>; rel=\"last\"; title=\"a, b; rel=next\", <{url}>; rel=\"{relation}\"";

    private static string Sized(int size, int page) => $"{Address}/repos/o/r/releases?per_page={size}&page={page}";

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement), actual);
}
