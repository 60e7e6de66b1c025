using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Concurrent publications of one name, cancelled ones, and what they leave behind.</summary>
public sealed class PublishRaceTests : PublishingTests
{
    public static TheoryData<bool, bool, int> Races
    {
        get
        {
            var data = new TheoryData<bool, bool, int>();
            foreach (var (same, accepts, lag) in from same in new[] { true, false } from accepts in new[] { true, false } from lag in new[] { 0, 3 } select (same, accepts, lag))
            {
                data.Add(same, accepts, lag);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Races))]
    public async Task Of_two_publishers_of_a_name_the_one_that_publishes_first_wins(bool sameBytes, bool acceptsDrafts, int lag)
    {
        Repository.AcceptsDraftsOfPublishedTags = acceptsDrafts;
        Repository.ReleaseLag = lag;
        var pause = new Fault.Pause();
        GitHub.Faults.Next(acceptsDrafts ? Publishes : Drafts, pause);
        var slow = Process.PublishAsync(Name, Content);
        await pause.Reached;

        var fast = await StartAnother().PublishAsync(Name, sameBytes ? Content : OtherContent);
        pause.Release();

        Assert.Equal(Publication.Published, fast.Value.Publication);
        if (sameBytes)
        {
            Assert.Equal(Publication.AlreadyPublished, (await slow).Value.Publication);
        }
        else
        {
            AssertFails(FailureKind.Conflict, await slow, "File already exists");
        }

        AssertPublished(sameBytes ? Content : OtherContent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_many_publishers_at_once_one_wins(bool sameBytes)
    {
        var processes = Enumerable.Range(0, 6).Select(_ => StartAnother()).ToArray();

        var outcomes = await Task.WhenAll(processes.Select((process, i) => process.PublishAsync(Name, sameBytes ? Content : [.. Content, (byte)i])));

        var winner = Assert.Single(Enumerable.Range(0, 6), i => outcomes[i].Failure is null && outcomes[i].Value.Publication == Publication.Published);
        AssertPublished(sameBytes ? Content : [.. Content, (byte)winner]);
        Assert.All(outcomes.Where((_, i) => i != winner), outcome =>
            Assert.True(sameBytes ? outcome.Failure is null : outcome.Failure?.Kind == FailureKind.Conflict, outcome.Failure?.Message));
    }

    [Fact]
    public async Task A_publication_without_an_answer_that_somebody_else_overtook_is_a_conflict()
    {
        Repository.AcceptsDraftsOfPublishedTags = true;
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Publishes, new Fault.Answer(502));
        GitHub.Faults.Next(Reads, pause);
        var slow = Process.PublishAsync(Name, Content);
        await pause.Reached;

        await StartAnother().PublishAsync(Name, OtherContent);
        pause.Release();

        AssertFails(FailureKind.Conflict, await slow, "File already exists");
        AssertPublished(OtherContent);
    }

    [Fact]
    public async Task A_draft_that_somebody_deletes_during_the_upload_is_made_again()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Uploads, pause);
        var publishing = Process.PublishAsync(Name, Content);
        await pause.Reached;

        DeleteDrafts();
        pause.Release();

        Assert.Null((await publishing).Failure);
        AssertPublished(Content);
    }

    [Fact]
    public async Task A_draft_that_somebody_deletes_before_it_is_published_is_no_publication()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Publishes, pause);
        var publishing = Process.PublishAsync(Name, Content);
        await pause.Reached;

        DeleteDrafts();
        pause.Release();

        AssertFails(FailureKind.Unavailable, await publishing);
        Assert.Empty(Repository.Releases);
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("upload")]
    public async Task Who_gives_up_leaves_nothing(string step)
    {
        var pause = new Fault.Pause { Effect = Effect.Whole };
        GitHub.Faults.Next(step == "draft" ? Drafts : Uploads, pause);
        using var cancellation = new CancellationTokenSource();
        var publishing = Process.PublishAsync(Name, Content, cancellation.Token);
        await pause.Reached;

        await cancellation.CancelAsync();
        pause.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task An_upload_that_takes_as_long_as_drafts_are_left_alone_is_given_up()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Uploads, pause);
        var publishing = Process.PublishAsync(Name, Content);
        await pause.Reached;

        Time.Advance(AssetUpload.Longest);

        AssertFails(FailureKind.Unavailable, await publishing);
        Assert.True(AssetUpload.Longest < DraftCleanup.Abandoned);
        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task Who_gives_up_when_it_is_being_published_is_too_late()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Publishes, pause);
        using var cancellation = new CancellationTokenSource();
        var publishing = Process.PublishAsync(Name, Content, cancellation.Token);
        await pause.Reached;

        await cancellation.CancelAsync();
        pause.Release();

        Assert.Equal(Publication.Published, (await publishing).Value.Publication);
        AssertPublished(Content);
    }

    [Fact]
    public async Task What_a_killed_process_left_keeps_nobody_from_publishing_and_goes_away()
    {
        var pause = new Fault.Pause { Effect = Effect.Whole };
        GitHub.Faults.Next(Uploads, pause);
        var killed = Process.PublishAsync(Name, Content);
        await pause.Reached;

        // As good as dead: it never hears what became of its upload, and can't do anything any more.
        Assert.Null((await StartAnother().PublishAsync(Name, OtherContent)).Failure);
        await StartAnother().RepairAsync();

        AssertPublished(OtherContent);
        pause.Release();
        AssertFails(FailureKind.Conflict, await killed);
        AssertPublished(OtherContent);
    }

    private void DeleteDrafts()
    {
        lock (GitHub.Gate)
        {
            Repository.ReleaseList.RemoveAll(release => release.Draft);
        }
    }
}
