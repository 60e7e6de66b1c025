using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Which drafts are deleted, and when.</summary>
public sealed class DraftCleanupTests : PublishingTests
{
    [Fact]
    public async Task A_draft_is_left_alone_for_an_hour_and_deleted_then()
    {
        AddDraft(Name, DraftNote.Create(Time.GetUtcNow()));

        Time.Advance(TimeSpan.FromMinutes(59));
        await Process.RepairAsync();
        Assert.Single(Repository.Releases);
        Time.Advance(TimeSpan.FromMinutes(2));
        await Process.RepairAsync();

        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task A_draft_whose_name_was_published_is_deleted_at_once()
    {
        await Process.PublishAsync(Name, Content);
        AddDraft(Name, DraftNote.Create(Time.GetUtcNow()));
        AddDraft("bar-1.0.tar.gz", DraftNote.Create(Time.GetUtcNow()));

        await Process.RepairAsync();

        Assert.Equal([Name, "bar-1.0.tar.gz"], Repository.Releases.Select(release => release.Tag));
        Assert.False(Repository.Releases[0].Draft);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_draft_of_the_original_program_is_deleted_when_it_was_seen_for_an_hour(string? body)
    {
        AddDraft(Name, body);

        await Process.RepairAsync();
        Time.Advance(TimeSpan.FromMinutes(59));
        await Process.RepairAsync();
        Assert.Single(Repository.Releases);
        Time.Advance(TimeSpan.FromMinutes(2));
        await Process.RepairAsync();

        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task What_a_person_drafted_is_left_alone()
    {
        AddDraft("v1.0", "");
        AddDraft("v1.1", DraftNote.Create(Time.GetUtcNow()));
        AddDraft(Name, "What is new in foo");
        AddDraft("foo-1.1.tar.gz", "upload 7");

        await Process.RepairAsync();
        Time.Advance(TimeSpan.FromDays(2));
        await Process.RepairAsync();

        Assert.Equal(4, Repository.Releases.Count);
    }

    [Fact]
    public async Task A_draft_that_is_published_in_the_nick_of_time_is_not_deleted()
    {
        var draft = AddDraft(Name, DraftNote.Create(Time.GetUtcNow()));
        Time.Advance(TimeSpan.FromMinutes(61));
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Reads, pause);
        var repairing = Process.RepairAsync();
        await pause.Reached;

        lock (GitHub.Gate)
        {
            Repository.Publish(draft);
        }

        pause.Release();
        await repairing;

        Assert.False(Assert.Single(Repository.Releases).Draft);
    }

    [Fact]
    public async Task A_draft_that_somebody_else_deletes_is_no_trouble()
    {
        AddDraft(Name, DraftNote.Create(Time.GetUtcNow()));
        AddDraft("bar-1.0.tar.gz", DraftNote.Create(Time.GetUtcNow()));
        Time.Advance(TimeSpan.FromMinutes(61));
        GitHub.Faults.Next(Deletes, Fault.Answer.Json(404, "Not Found"));

        await Process.RepairAsync();

        Assert.Single(Repository.Releases);
    }
}
