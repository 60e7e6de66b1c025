using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Publications whose requests fail, before or after they took effect.</summary>
public sealed class PublishFaultTests : PublishingTests
{
    private static readonly (string Name, Func<LoggedRequest, bool> Request)[] Steps =
        [("look", Looks), ("draft", Drafts), ("upload", Uploads), ("publish", Publishes)];

    private static readonly (string Name, Fault Fault)[] Breakdowns =
    [
        ("502", new Fault.Answer(502)),
        ("502 after it", new Fault.Answer(502) { Effect = Effect.Whole }),
        ("500", Fault.Answer.Json(500, "Server Error")),
        ("503 after it", Fault.Answer.Json(503, "Service Unavailable") with { Effect = Effect.Whole }),
        ("reset", new Fault.Reset()),
        ("reset after it", new Fault.Reset { Effect = Effect.Whole }),
        ("cut answer", new Fault.Cut()),
    ];

    public static TheoryData<string, string, int> Faults
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var (step, fault, times) in
                from step in Steps from fault in Breakdowns from times in new[] { 1, 2 } select (step.Name, fault.Name, times))
            {
                data.Add(step, fault, times);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_step_that_fails_now_and_then_is_looked_up_and_repeated(string step, string fault, int times)
    {
        GitHub.Faults.Next(Steps.Single(one => one.Name == step).Request, Breakdowns.Single(one => one.Name == fault).Fault, times);

        var outcome = await Process.PublishAsync(Name, Content);

        Assert.Null(outcome.Failure);
        Assert.Equal(Publication.Published, outcome.Value.Publication);
        Assert.Equal(AssertPublished(Content).Assets[0].Id, outcome.Value.Asset.Id);
        Assert.NotNull(outcome.Value.Release.PublishedAt);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_step_that_fails_for_good_is_no_publication_and_can_be_repeated(string step, string fault, int later)
    {
        GitHub.Faults.Next(Steps.Single(one => one.Name == step).Request, Breakdowns.Single(one => one.Name == fault).Fault, 1000);
        // What the lookups see, or whether they fail, too.
        GitHub.Faults.Next(request => later == 2 && (Reads(request) || Lists(request)), new Fault.Answer(502), 1000);

        var outcome = await Process.PublishAsync(Name, Content);
        GitHub.Faults.Stop();

        Assert.True(outcome.Failure is null or { Kind: FailureKind.Unavailable, RetryAfter: not null }, outcome.Failure?.Message);
        var again = await Process.PublishAsync(Name, Content);
        Assert.Null(again.Failure);
        Time.Advance(TimeSpan.FromHours(2));
        await Process.RepairAsync();
        AssertPublished(Content);
    }

    [Fact]
    public async Task A_publication_that_took_effect_and_can_not_be_looked_up_is_never_deleted()
    {
        GitHub.Faults.Next(Publishes, new Fault.Answer(502) { Effect = Effect.Whole });
        GitHub.Faults.Next(Reads, new Fault.Answer(502), 1000);

        AssertFails(FailureKind.Unavailable, await Process.PublishAsync(Name, Content));
        GitHub.Faults.Stop();

        AssertPublished(Content);
        Assert.Equal(Publication.AlreadyPublished, (await Process.PublishAsync(Name, Content)).Value.Publication);
    }

    [Fact]
    public async Task A_draft_whose_creation_was_not_answered_is_adopted_and_not_made_again()
    {
        GitHub.Faults.Next(Drafts, new Fault.Reset { Effect = Effect.Whole });

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal(1, GitHub.Log.All.Count(Drafts));
        AssertPublished(Content);
    }

    [Fact]
    public async Task A_draft_of_somebody_else_is_not_adopted()
    {
        var other = AddDraft(Name, "upload 019b7c6a-0000-7000-8000-000000000000");
        GitHub.Faults.Next(Drafts, new Fault.Reset());

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.True(Assert.Single(Repository.Releases, release => release.Id == other.Id).Draft);
        Assert.Empty(other.Assets);
        Assert.Equal(2, Repository.Releases.Count);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(500)]
    public async Task What_is_left_of_an_upload_that_failed_is_replaced(int status)
    {
        GitHub.Faults.Next(Uploads, new Fault.Answer(status) { Effect = Effect.StarterAsset }, 2);

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal(1, GitHub.Log.All.Count(Drafts));
        AssertPublished(Content);
    }

    [Fact]
    public async Task Of_an_asset_only_one_state_is_good_whatever_others_GitHub_has()
    {
        GitHub.Faults.Next(Uploads, AssetAnswer(Name, Content.Length, digest: null, state: "open"));

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal(2, GitHub.Log.All.Count(Uploads));
        AssertPublished(Content);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(500)]
    public async Task An_asset_that_is_not_shown_and_takes_the_name_costs_the_draft(int status)
    {
        GitHub.Faults.Next(Uploads, new Fault.Answer(status) { Effect = Effect.GhostAsset });

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal(2, GitHub.Log.All.Count(Drafts));
        AssertPublished(Content);
    }

    [Fact]
    public async Task Drafts_that_are_spoilt_one_after_the_other_are_given_up_and_deleted()
    {
        GitHub.Faults.Next(Uploads, new Fault.Answer(502) { Effect = Effect.GhostAsset });
        GitHub.Faults.Next(Uploads, Fault.Answer.Json(422, "Validation Failed") with { Body = AlreadyExists }, 100);

        AssertFails(FailureKind.Unavailable, await Process.PublishAsync(Name, Content));

        Assert.Equal(3, GitHub.Log.All.Count(Drafts));
        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task A_name_that_GitHub_changes_all_the_same_is_refused_and_leaves_nothing()
    {
        GitHub.Faults.Next(Uploads, AssetAnswer("foo.1.0.tar.gz", Content.Length, digest: null));

        AssertFails(FailureKind.Invalid, await Process.PublishAsync(Name, Content), "foo.1.0.tar.gz");

        Assert.Empty(Repository.Releases);
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, "sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(9, "sha256:nonsense")]
    public async Task Bytes_that_were_altered_on_the_way_are_uploaded_again(int size, string? digest)
    {
        GitHub.Faults.Next(Uploads, AssetAnswer(Name, size, digest));

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        AssertPublished(Content);
    }

    [Fact]
    public async Task Bytes_that_are_always_altered_are_never_published()
    {
        GitHub.Faults.Next(Uploads, AssetAnswer(Name, 8, digest: null), 100);

        AssertFails(FailureKind.Unavailable, await Process.PublishAsync(Name, Content));

        Assert.Empty(Repository.Releases);
    }

    [Theory]
    [InlineData("502")]
    [InlineData("reset")]
    public async Task A_draft_that_can_not_be_deleted_is_left_to_the_repair(string fault)
    {
        GitHub.Faults.Next(Uploads, AssetAnswer("mangled", Content.Length, digest: null));
        GitHub.Faults.Next(Deletes, Breakdowns.Single(one => one.Name == fault).Fault, 1000);

        AssertFails(FailureKind.Invalid, await Process.PublishAsync(Name, Content));
        GitHub.Faults.Stop();

        Assert.True(Assert.Single(Repository.Releases).Draft);
        Time.Advance(TimeSpan.FromMinutes(61));
        await Process.RepairAsync();
        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task A_lookup_that_is_behind_is_repeated()
    {
        GitHub.Faults.Next(Uploads, new Fault.Reset { Effect = Effect.Whole });
        GitHub.Faults.Next(Reads, Fault.Answer.Json(404, "Not Found"), 3);

        Assert.Null((await Process.PublishAsync(Name, Content)).Failure);

        Assert.Equal(1, GitHub.Log.All.Count(Uploads));
        AssertPublished(Content);
    }

    private static string AlreadyExists =>
        """{"message":"Validation Failed","errors":[{"resource":"ReleaseAsset","code":"already_exists","field":"name"}]}""";

    /// <summary>The asset is there, but GitHub tells another story.</summary>
    private static Fault.Answer AssetAnswer(string name, int size, string? digest, string state = "uploaded") => new(
        201,
        $$"""
        {"id":1,"url":"http://localhost/1","name":"{{name}}","state":"{{state}}","size":{{size}},"digest":{{(digest is null ? "null" : $"\"{digest}\"")}},
         "browser_download_url":"http://localhost/1"}
        """,
        "application/json; charset=utf-8")
    {
        Effect = Effect.None,
    };
}
