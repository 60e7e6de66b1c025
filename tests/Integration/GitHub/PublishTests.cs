using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Publications, and refused ones.</summary>
public sealed class PublishTests : PublishingTests
{
    [Fact]
    public async Task A_file_is_published_as_the_original_publishes_it()
    {
        var published = (await Process.PublishAsync(Name, Content)).Value;

        var release = AssertPublished(Content);
        Assert.StartsWith("\":action\" = \"file_upload\"\ndistrib = \"foo\"\nsha256 = \"", release.Body, StringComparison.Ordinal);
        Assert.Equal("application/zip", release.Assets[0].ContentType);
        Assert.Equal(Publication.Published, published.Publication);
        Assert.Equal(release.Assets[0].Id, published.Asset.Id);
        Assert.Equal(release.PublishedAt, published.Release.PublishedAt);
        Assert.DoesNotContain("untagged", published.Asset.BrowserDownloadUrl.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publication_takes_four_requests_with_a_second_between_those_that_write()
    {
        var begin = Time.GetUtcNow();

        await Process.PublishAsync(Name, Content);

        Assert.Collection(
            GitHub.Log.All,
            request => Assert.True(Looks(request)),
            request => Assert.True(Drafts(request)),
            request => Assert.True(Uploads(request)),
            request => Assert.True(Publishes(request)));
        Assert.True(Time.GetUtcNow() - begin >= TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("foo-1.0+local.1-py3-none-any.whl")]
    [InlineData("Foo_Bar-1.0.post1-2-cp312-cp312-manylinux_2_17_x86_64.whl")]
    public async Task The_name_of_a_file_is_kept(string name)
    {
        Assert.Null((await Process.PublishAsync(name, Content)).Failure);

        AssertPublished(Content, name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_bytes_again_are_fine_and_change_nothing(bool hasDigest)
    {
        Repository.LacksDigests = !hasDigest;
        await Process.PublishAsync(Name, Content);
        GitHub.Log.Clear();

        var again = (await Process.PublishAsync(Name, Content)).Value;

        Assert.Equal(Publication.AlreadyPublished, again.Publication);
        Assert.Equal(AssertPublished(Content).Assets[0].Id, again.Asset.Id);
        Assert.DoesNotContain(GitHub.Log.All, request => request.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_bytes_of_a_published_name_are_a_conflict(bool hasDigest)
    {
        Repository.LacksDigests = !hasDigest;
        await Process.PublishAsync(Name, Content);
        GitHub.Log.Clear();

        AssertFails(FailureKind.Conflict, await Process.PublishAsync(Name, OtherContent), "File already exists");

        AssertPublished(Content);
        Assert.DoesNotContain(GitHub.Log.All, request => request.Writes);
    }

    [Theory]
    [InlineData("not TOML [")]
    [InlineData("summary = \"no digest\"")]
    [InlineData("sha256 = \"nonsense\"")]
    public async Task Where_no_digest_is_known_a_published_name_is_a_conflict(string body)
    {
        Repository.LacksDigests = true;
        Repository.Publish(Name, Content, body);

        AssertFails(FailureKind.Conflict, await Process.PublishAsync(Name, Content), "File already exists");
    }

    [Fact]
    public async Task A_published_release_without_its_file_takes_the_name_and_is_told_of()
    {
        await Process.PublishAsync(Name, Content);
        Repository.Releases[0].Assets[0].State = "starter";
        GitHub.Log.Clear();

        AssertFails(FailureKind.Conflict, await Process.PublishAsync(Name, Content), "delete that release and its tag");
        Repository.Releases[0].Assets.Clear();
        AssertFails(FailureKind.Conflict, await Process.PublishAsync(Name, Content), "delete that release and its tag");

        Assert.DoesNotContain(GitHub.Log.All, request => request.Writes);
    }

    [Fact]
    public async Task What_GitHub_would_not_keep_is_refused_before_anything_is_asked()
    {
        AssertFails(FailureKind.Invalid, await Process.PublishAsync("foo-1!2.0.tar.gz", Content), "epoch");
        AssertFails(FailureKind.Invalid, await Process.PublishAsync(Name, []), "empty");
        AssertFails(FailureKind.Invalid, await Process.PublishAsync(Name, Content, default, new KeyValuePair<string, string>("license", Text(125_000))), "too long");

        Assert.Empty(GitHub.Log.All);
    }

    [Fact]
    public async Task A_long_description_is_shortened()
    {
        await Process.PublishAsync(Name, Content, default, new KeyValuePair<string, string>("description", Text(200_000)));

        Assert.InRange(AssertPublished(Content).Body?.Length ?? 0, 124_900, 125_000);
    }

    [Fact]
    public async Task A_release_that_can_not_be_changed_any_more_is_published_whole()
    {
        Repository.ImmutableReleases = true;

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        AssertPublished(Content);
    }

    [Fact]
    public async Task A_name_that_GitHub_never_gives_out_again_is_refused_in_its_words()
    {
        Repository.BurnedTags.Add(Name);

        AssertFails(FailureKind.Invalid, await Process.PublishAsync(Name, Content), "was used by an immutable release");

        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task A_token_that_is_none_is_no_login()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        GitHub.Revoke(token);

        AssertFails(FailureKind.Unauthenticated, await Start(token).PublishAsync(Name, Content), "token");
    }

    [Fact]
    public async Task A_token_that_may_not_write_is_told_what_it_lacks()
    {
        var reader = GitHub.AddToken(Repository, Role.Pull);
        var finegrained = GitHub.AddFineGrainedToken(
            GitHub.AddToken(Repository, Role.Push).User, new Dictionary<string, Level> { ["contents"] = Level.Read });

        AssertFails(FailureKind.Forbidden, await Start(reader).PublishAsync(Name, Content), "scope repo");
        AssertFails(FailureKind.Forbidden, await Start(finegrained).PublishAsync(Name, Content), "contents=write");

        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task An_archived_repository_is_told_from_a_limit_and_from_a_missing_right()
    {
        Repository.Archived = true;

        AssertFails(FailureKind.Forbidden, await Process.PublishAsync(Name, Content), "archived");

        Assert.Empty(Repository.Releases);
        Assert.Equal(1, GitHub.Log.All.Count(Drafts));
    }

    [Theory]
    [InlineData(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")]
    [InlineData(403, "You have triggered an abuse detection mechanism. Please retry your request again later.")]
    [InlineData(429, "Too many requests")]
    public async Task A_limit_without_any_header_that_strikes_an_upload_is_one_too(int status, string message)
    {
        GitHub.Faults.Next(Uploads, Fault.Answer.Json(status, message));

        var outcome = await Process.PublishAsync(Name, Content);

        AssertFails(FailureKind.Unavailable, outcome);
        Assert.Equal(TimeSpan.FromMinutes(1), outcome.Failure?.RetryAfter);
        Assert.Equal(1, GitHub.Log.All.Count(Uploads));
        Assert.DoesNotContain(Repository.Releases, release => !release.Draft);
        Assert.Equal(FailureKind.Unavailable, (await Process.PublishAsync("bar-1.0.tar.gz", Content)).Failure?.Kind);
        Assert.Equal(0, GitHub.Log.Count("GET", "bar-1.0.tar.gz"));
    }

    [Fact]
    public async Task The_right_to_change_workflows_is_not_needed()
    {
        Repository.Put(".github/workflows/main.yml", "on: release"u8.ToArray());
        Repository.Put("index.toml", [], branch: "index");

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal("main", AssertPublished(Content).TargetCommitish);
    }

    [Fact]
    public async Task The_token_of_a_workflow_publishes_though_it_belongs_to_nobody()
    {
        Assert.Null((await Start(GitHub.AddActionsToken(Repository)).PublishAsync(Name, Content)).Failure);

        AssertPublished(Content);
    }

    [Fact]
    public async Task A_long_rate_limit_is_passed_on_and_leaves_nothing()
    {
        GitHub.RateLimits.Exhaust(TimeSpan.FromMinutes(20));

        var outcome = await Process.PublishAsync(Name, Content);

        AssertFails(FailureKind.Unavailable, outcome);
        Assert.InRange(outcome.Failure?.RetryAfter ?? default, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task A_short_rate_limit_is_waited_for()
    {
        GitHub.RateLimits.ExceedSecondary(retryAfter: TimeSpan.FromSeconds(5));

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        AssertPublished(Content);
    }

    [Fact]
    public async Task A_rate_limit_in_the_middle_leaves_a_draft_at_most()
    {
        GitHub.Faults.Next(Publishes, Fault.Answer.Json(403, "You have exceeded a secondary rate limit."));

        AssertFails(FailureKind.Unavailable, await Process.PublishAsync(Name, Content));
        Assert.DoesNotContain(Repository.Releases, release => !release.Draft);
        Time.Advance(TimeSpan.FromHours(2));
        await Process.RepairAsync();

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);
        AssertPublished(Content);
    }

    [Fact]
    public async Task Many_uploads_keep_below_the_rate_at_which_GitHub_lets_content_be_created()
    {
        GitHub.RateLimits.CreationsPerMinute = 80;

        for (var i = 0; i < 60; i++)
        {
            Assert.Null((await Process.PublishAsync($"foo-{i}.tar.gz", Content)).Failure);
        }

        Assert.DoesNotContain(GitHub.Log.All, request => request.Status is 403 or 429);
    }

    [Fact]
    public async Task Who_would_wait_too_long_behind_others_is_told_so_at_once()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Drafts, pause);
        var first = Process.PublishAsync(Name, Content);
        await pause.Reached;

        var others = Enumerable.Range(0, 7).Select(i => Process.PublishAsync($"bar-{i}.tar.gz", Content)).ToArray();
        var refused = await await Task.WhenAny(others);
        pause.Release();

        AssertFails(FailureKind.Unavailable, refused);
        Assert.Null((await first).Failure);
        Assert.Single(await Task.WhenAll(others), outcome => outcome.Failure is not null);
    }
}
