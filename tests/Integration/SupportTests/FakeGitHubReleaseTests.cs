using System.Text.Json;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubReleaseTests : FakeGitHubTest
{
    [Fact]
    public async Task A_draft_is_seen_by_those_who_may_push_and_by_its_id_only()
    {
        var draft = await DraftAsync("a-1.0.whl");

        Assert.Equal(JsonValueKind.Null, draft.GetProperty("published_at").ValueKind);
        Assert.Contains("/untagged-", draft.Text("html_url"), StringComparison.Ordinal);
        (await GetAsync("/releases/tags/a-1.0.whl")).With(404);
        (await GetAsync(draft.Text("url"), Writer)).With(200);
        (await GetAsync(draft.Text("url"), Reader)).With(404);
        Assert.Equal(1, (await GetAsync("/releases")).Json.GetArrayLength());
        Assert.Equal(0, (await GetAsync("repos/acme/packages/releases", Reader)).With(200).Json.GetArrayLength());
        (await GetAsync("/git/ref/tags/a-1.0.whl")).With(404);
    }

    [Fact]
    public async Task Publishing_makes_the_tag_at_the_head_of_that_time()
    {
        var draft = await DraftAsync("a-1.0+l.whl");
        var head = Packages.Put("index.toml", [1]).Sha;

        var published = (await PublishAsync(draft)).With(200).Json;

        Assert.EndsWith("/releases/tag/a-1.0%2Bl.whl", published.Text("html_url"), StringComparison.Ordinal);
        Assert.Equal(head, (await GetAsync("/git/ref/tags/a-1.0+l.whl")).With(200).Json.GetProperty("object").Text("sha"));
        (await GetAsync("/releases/tags/a-1.0%2Bl.whl")).With(200);
        (await GetAsync("repos/acme/packages/releases/tags/a-1.0+l.whl", Reader)).With(200);
    }

    [Fact]
    public async Task Of_several_drafts_of_a_tag_one_can_be_published()
    {
        var drafts = new[] { await DraftAsync("a.whl"), await DraftAsync("a.whl") };

        (await PublishAsync(drafts[1])).With(200);

        Assert.Equal(("tag_name", "already_exists"), (await PublishAsync(drafts[0])).Error());
        Assert.Equal(("tag_name", "already_exists"), (await SendAsync("POST", "/releases", new { tag_name = "a.whl" })).Error());
        Assert.Equal(("tag_name", "already_exists"), (await SendAsync("POST", "/releases", new { tag_name = "a.whl", draft = true })).Error());
        Packages.AcceptsDraftsOfPublishedTags = true;
        (await SendAsync("POST", "/releases", new { tag_name = "a.whl", draft = true })).With(201);
    }

    [Fact]
    public async Task Where_GitHub_is_told_to_it_publishes_a_tag_twice_and_shows_the_first_one()
    {
        Packages.AcceptsSecondPublications = true;
        var drafts = new[] { await DraftAsync("a.whl"), await DraftAsync("a.whl") };

        (await PublishAsync(drafts[0])).With(200);
        (await PublishAsync(drafts[1])).With(200);

        Assert.Equal(drafts[0].GetProperty("id").GetInt64(), (await GetAsync("/releases/tags/a.whl")).With(200).Json.GetProperty("id").GetInt64());
        Assert.Equal(2, (await GetAsync("/releases")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a~1")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a.lock")]
    [InlineData("a@{1}")]
    [InlineData("")]
    public async Task A_tag_that_is_no_ref_has_three_errors(string tag)
    {
        var errors = (await SendAsync("POST", "/releases", new { tag_name = tag, draft = true })).With(422).Json.GetProperty("errors");

        Assert.Equal(3, errors.GetArrayLength());
        Assert.Equal("tag_name is not well-formed", errors[1].Text("message"));
    }

    [Fact]
    public async Task An_epoch_and_a_local_version_are_well_formed_tags()
    {
        await DraftAsync("a-1!2.0+local.1-py3-none-any.whl");
    }

    [Fact]
    public async Task A_body_has_so_many_characters_at_most()
    {
        var draft = await DraftAsync("a.whl");

        (await AskAsync("PATCH", draft.Text("url"), Writer, new { body = new string('é', 125_000) })).With(200);
        var answer = await AskAsync("PATCH", draft.Text("url"), Writer, new { body = new string('x', 125_001), draft = false });

        Assert.Equal(("body", "custom"), answer.Error());
        Assert.Contains("body is too long (maximum is 125000 characters)", answer.Text, StringComparison.Ordinal);
        Assert.True(Packages.Releases[0].Draft);
    }

    [Fact]
    public async Task Lists_are_paged_by_links_without_the_name_of_the_repository()
    {
        Fill(31);

        var first = (await GetAsync("/releases")).With(200);

        Assert.Equal(30, first.Json.GetArrayLength());
        var links = first["Link"] ?? "";
        Assert.StartsWith($"<{GitHub.ApiUrl}repositories/{Packages.Id}/releases?per_page=30&page=2>; rel=\"next\", ", links, StringComparison.Ordinal);
        var second = (await GetAsync(links[1..links.IndexOf('>')], Writer)).With(200);
        Assert.Equal(1, second.Json.GetArrayLength());
        Assert.DoesNotContain("next", second["Link"], StringComparison.Ordinal);
        Assert.Null((await GetAsync("/releases?per_page=100"))["Link"]);
    }

    [Fact]
    public async Task A_page_has_a_hundred_at_most()
    {
        Fill(101);

        Assert.Equal(100, (await GetAsync("/releases?per_page=1000")).With(200).Json.GetArrayLength());
    }

    [Fact]
    public async Task Lists_are_ordered_by_the_date_of_the_tagged_commit_then_by_id()
    {
        Packages.Put("index.toml", [1], date: Time.GetUtcNow().AddDays(2));
        Packages.Publish("newer-commit.whl", [1], "");
        Packages.Put("index.toml", [2], date: Time.GetUtcNow().AddDays(1));
        Packages.Publish("older-commit-1.whl", [1], "");
        Time.Advance(TimeSpan.FromHours(1));
        Packages.Publish("older-commit-2.whl", [1], "");

        var releases = (await GetAsync("/releases")).With(200).Json;

        Assert.Equal(["newer-commit.whl", "older-commit-2.whl", "older-commit-1.whl"], releases.Texts("tag_name"));
        Assert.Equal(Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), releases[1].Text("published_at"));
        Assert.NotEqual(releases[1].Text("published_at"), releases[1].Text("created_at"));
    }

    [Fact]
    public async Task A_list_ends_somewhere()
    {
        GitHub.Limits.ListedReleases = 2;
        Fill(3);

        var page = (await GetAsync("/releases?per_page=1&page=2")).With(200);
        Assert.Contains("rel=\"next\"", page["Link"], StringComparison.Ordinal);
        Assert.Equal("Only the first 2 results are available.", (await GetAsync("/releases?per_page=1&page=3")).With(422).Message());
    }

    [Fact]
    public async Task Big_pages_may_fail()
    {
        Packages.LargestPage = 50;

        Assert.StartsWith("text/html", (await GetAsync("/releases?per_page=100")).With(502)["Content-Type"], StringComparison.Ordinal);
        (await GetAsync("/releases?per_page=50")).With(200);
    }

    [Fact]
    public async Task Lists_and_tags_may_miss_what_was_just_published()
    {
        Packages.ReleaseLag = 2;
        var draft = await DraftAsync("a.whl");
        (await PublishAsync(draft)).With(200);

        Assert.Equal(0, (await GetAsync("/releases")).Json.GetArrayLength());
        (await GetAsync("/releases/tags/a.whl")).With(404);
        (await GetAsync("/releases/tags/a.whl")).With(200);
        Assert.Equal(1, (await GetAsync("/releases")).Json.GetArrayLength());
        (await GetAsync(draft.Text("url"), Writer)).With(200);
    }

    [Fact]
    public async Task A_deleted_release_leaves_its_tag()
    {
        var release = Packages.Publish("a.whl", [1], "");

        (await SendAsync("DELETE", $"/releases/{release.Id}")).With(204);

        (await GetAsync("/releases/tags/a.whl")).With(404);
        (await GetAsync("/git/ref/tags/a.whl")).With(200);
        (await SendAsync("DELETE", "/git/refs/tags/a.whl")).With(204);
        (await SendAsync("DELETE", $"/releases/{release.Id}")).With(404);
    }

    [Fact]
    public async Task An_immutable_release_takes_no_more_assets_and_keeps_its_tag_for_ever()
    {
        Packages.ImmutableReleases = true;
        var draft = await DraftAsync("a.whl");
        (await UploadAsync(draft, "?name=a.whl", [1])).With(201);
        var published = (await PublishAsync(draft)).With(200).Json;

        Assert.True(published.GetProperty("immutable").GetBoolean());
        Assert.Equal("Cannot upload assets to an immutable release.", (await UploadAsync(draft, "?name=b.whl", [1])).With(422).Message());
        (await AskAsync("DELETE", published.GetProperty("assets")[0].Text("url"), Writer)).With(422);
        (await AskAsync("DELETE", published.Text("url"), Writer)).With(204);
        Assert.Contains(
            "tag_name was used by an immutable release", (await SendAsync("POST", "/releases", new { tag_name = "a.whl" })).With(422).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_broken_off_publication_left_can_be_seeded()
    {
        var left = Packages.AddDraft("a.whl", [1], createdAt: Time.GetUtcNow().AddHours(-2));

        var draft = (await GetAsync($"/releases/{left.Id}")).With(200).Json;

        Assert.True(draft.GetProperty("draft").GetBoolean());
        Assert.Equal("2026-01-02T01:04:05Z", draft.Text("created_at"));
        Assert.Equal(["a.whl"], draft.GetProperty("assets").Texts("name"));
    }

    [Fact]
    public async Task Ids_do_not_fit_32_bits()
    {
        Assert.True((await DraftAsync("a.whl")).GetProperty("id").GetInt64() > int.MaxValue);
    }

    private void Fill(int releases)
    {
        foreach (var i in Enumerable.Range(0, releases))
        {
            Packages.Publish($"demo-{i}.tar.gz", [1], "");
        }
    }
}
