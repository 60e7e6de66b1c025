using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Backends;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Records of projects on the branch of the index, with failures of GitHub and concurrent changes.</summary>
public sealed class RemoteRecordsTests : IAsyncLifetime
{
    private static readonly Distribution Wheel = Wheels.Build("demo", "1.0");

    public static TheoryData<string, bool> Breakdowns
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var (what, tookEffect) in from what in new[] { "reset", "502", "503", "cut" } from tookEffect in new[] { true, false } select (what, tookEffect))
            {
                data.Add(what, tookEffect);
            }

            return data;
        }
    }

    private ServedRepository Pypi { get; set; } = null!; // by InitializeAsync

    private FakeGitHub GitHub => Pypi.GitHub;

    public async Task InitializeAsync() => Pypi = await ServedRepository.CreateAsync();

    public async Task DisposeAsync() => await Pypi.DisposeAsync();

    [Theory]
    [MemberData(nameof(Breakdowns))]
    public async Task A_decision_that_was_not_answered_is_looked_for_and_made_once(string what, bool tookEffect)
    {
        var server = await Pypi.ServerAsync();
        GitHub.Faults.Next(Writes, Breakdown(what, tookEffect));

        var decided = await server.DecideAsync("demo", Archived);

        Assert.Equal(StatusMarker.Archived, decided.Value.Status);
        Assert.Contains("status = \"archived\"", Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Equal(1, Pypi.Decisions);
    }

    [Fact]
    public async Task A_decision_that_does_not_show_yet_is_not_made_twice()
    {
        var server = await Pypi.ServerAsync();
        await server.DecideAsync("demo", Archived);
        Pypi.Repository.Git.ReadLag = 2;
        GitHub.Faults.Next(Writes, new Fault.Reset { Effect = Effect.Whole });

        var decided = await server.DecideAsync("demo", Yanked("1.0"));

        Assert.Null(decided.Failure);
        Assert.Equal(2, Pypi.Decisions);
        Assert.Contains("archived", Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Contains("1.0", Pypi.Record("demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_that_GitHub_never_takes_is_told_and_changes_nothing()
    {
        var server = await Pypi.ServerAsync();
        GitHub.Faults.Next(Writes, new Fault.Answer(502), 1000);

        var decided = await server.DecideAsync("demo", Archived);

        Assert.Equal(FailureKind.Unavailable, decided.Failure?.Kind);
        Assert.NotNull(decided.Failure?.RetryAfter);
        Assert.Equal(ProjectRecord.Empty, await server.RecordAsync("demo"));
        Assert.Null(Pypi.Record("demo"));
    }

    [Theory]
    [InlineData("demo", 409)]
    [InlineData("other", 409)]
    public async Task Of_two_servers_that_decide_at_once_none_loses_its_decision(string other, int status)
    {
        var (slow, fast) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await slow.DecideAsync("demo", Yanked("0.1"));
        await fast.DecideAsync(other, Yanked("0.2"));
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Writes, pause);
        var deciding = slow.DecideAsync("demo", Archived);
        await pause.Reached;

        Assert.Null((await fast.DecideAsync(other, Yanked("1.0"))).Failure);
        pause.Release();

        Assert.Null((await deciding).Failure);
        Assert.Equal(status, GitHub.Log.All.Where(Writes).ElementAt(2).Status);
        Assert.Contains("archived", Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Contains("\"0.1\"", Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Contains("\"1.0\"", Pypi.Record(other), StringComparison.Ordinal);
        Assert.Contains("\"0.2\"", Pypi.Record(other), StringComparison.Ordinal);
        Assert.Equal(4, Pypi.Decisions);
    }

    [Fact]
    public async Task Of_two_servers_that_make_a_projects_first_record_at_once_none_loses_its_decision()
    {
        var (slow, fast) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Writes, pause);
        var deciding = slow.DecideAsync("demo", Archived);
        await pause.Reached;

        Assert.Null((await fast.DecideAsync("demo", Yanked("1.0"))).Failure);
        pause.Release();

        Assert.Equal(["1.0"], (await deciding).Value.YankedVersions.Keys.Select(version => version.ToString()));
        Assert.Equal(422, GitHub.Log.All.First(Writes).Status);
        Assert.Contains("archived", Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Contains("1.0", Pypi.Record("demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_and_the_index_that_are_written_at_once_are_both_written()
    {
        var (deciding, writing) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        Pypi.Publish(Wheel);
        var pause = new Fault.Pause();
        GitHub.Faults.Next(Writes, pause);
        var decision = deciding.DecideAsync("demo", Archived);
        await pause.Reached;

        await writing.IndexAsync();
        pause.Release();

        Assert.Null((await decision).Failure);
        Assert.NotNull(Pypi.Record("demo"));
        Assert.NotNull(Pypi.Repository.Read("index.toml"));
    }

    [Theory]
    [InlineData("not TOML [")]
    [InlineData("status = \"arch")]
    [InlineData("status = 1")]
    [InlineData("\xff\xfe")]
    public async Task A_record_that_is_garbage_stops_uploads_and_decisions_until_somebody_mends_it(string garbage)
    {
        var server = await Pypi.ServerAsync();
        await server.DecideAsync("demo", Archived);
        Pypi.Repository.Put(".pywharf/demo.toml", Encoding.Latin1.GetBytes(garbage));
        Pypi.Time.Advance(TimeSpan.FromSeconds(11)); // so long what is seen may be older than the decision
        Assert.Equal(FailureKind.Unavailable, (await server.Backend.SyncAsync(default)).Failure?.Kind);

        var published = await server.PublishAsync(Wheel);
        var decided = await server.DecideAsync("demo", record => record with { Status = StatusMarker.Active });

        Assert.Equal((FailureKind.Unavailable, FailureKind.Unavailable), (published.Failure?.Kind, decided.Failure?.Kind));
        Assert.False((await server.RecordAsync("demo")).IsReadable);
        Assert.Equal(Encoding.Latin1.GetBytes(garbage), Pypi.Repository.Read(".pywharf/demo.toml"));
        Assert.Empty(Pypi.Repository.Releases);

        Pypi.Repository.Put(".pywharf/demo.toml", []);
        Assert.Null((await server.Backend.SyncAsync(default)).Failure);
        Assert.Equal(Publication.Published, (await server.PublishAsync(Wheel)).Value);
    }

    [Fact]
    public async Task A_record_that_arrives_in_part_is_fetched_again()
    {
        var (here, there) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await here.DecideAsync("demo", Archived);
        GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal), new Fault.Cut(), 2);

        Assert.Null((await there.Backend.SyncAsync(default)).Failure);

        Assert.Equal(StatusMarker.Archived, (await there.RecordAsync("demo")).Status);
    }

    [Fact]
    public async Task Records_that_can_not_be_fetched_are_not_taken_for_nothing()
    {
        var (here, there) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await here.DecideAsync("demo", Archived);
        GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal), new Fault.Answer(502), 1000);

        Assert.Equal(FailureKind.Unavailable, (await there.Backend.SyncAsync(default)).Failure?.Kind);
        Assert.Equal(FailureKind.Unavailable, (await there.PublishAsync(Wheel)).Failure?.Kind);

        GitHub.Faults.Stop();
        Assert.Equal(FailureKind.Forbidden, (await there.PublishAsync(Wheel)).Failure?.Kind);
        Assert.Empty(Pypi.Repository.Releases);
    }

    [Fact]
    public async Task A_look_at_records_that_did_not_change_fetches_none()
    {
        var (here, there) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await here.DecideAsync("demo", Archived);
        await there.Backend.SyncAsync(default);
        Pypi.Repository.Put("README.md", "Read me"u8.ToArray());
        GitHub.Log.Clear();

        Assert.Null((await there.Backend.SyncAsync(default)).Failure);

        Assert.Single(GitHub.Log.All);
    }

    [Fact]
    public async Task A_decision_about_a_record_that_a_cut_list_of_files_leaves_out_loses_nothing_of_it()
    {
        var server = await Pypi.ServerAsync();
        await server.DecideAsync("demo", Yanked("1.0"));
        Pypi.Repository.Put(".pywharf/a.toml", []);
        GitHub.Limits.TreeEntries = 1;

        Assert.NotNull((await server.DecideAsync("demo", Archived)).Failure);

        Assert.Contains("1.0", Pypi.Record("demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_write_decides_nothing()
    {
        var server = await Pypi.ServerAsync();
        Assert.True(ProjectName.TryParse("demo", out var demo));

        var refused = await server.Backend.ChangeRecordAsync(new Secret(Pypi.Reader.Value), demo, record => Archived(record), BeforeCommit.Nothing, default);

        Assert.Equal(FailureKind.Forbidden, refused.Failure?.Kind);
        Assert.Equal(ProjectRecord.Empty, await server.RecordAsync("demo"));
        Assert.Null(Pypi.Record("demo"));
    }

    [Fact]
    public async Task A_rate_limit_is_passed_on_and_nothing_is_decided()
    {
        var server = await Pypi.ServerAsync();
        GitHub.Faults.Next(Writes, Fault.Answer.Json(403, "You have exceeded a secondary rate limit."));

        var limited = await server.DecideAsync("demo", Archived);

        Assert.Equal((FailureKind.Unavailable, TimeSpan.FromMinutes(1)), (limited.Failure?.Kind, limited.Failure?.RetryAfter));
        Assert.Equal(ProjectRecord.Empty, await server.RecordAsync("demo"));
    }

    [Fact]
    public async Task What_is_deleted_leaves_neither_release_nor_tag()
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        Assert.True(Pypi.HasTag(Wheel.Filename));

        await server.DeleteAsync(await server.FileAsync(Wheel));

        Assert.Empty(Pypi.Repository.Releases);
        Assert.False(Pypi.HasTag(Wheel.Filename));
    }

    [Fact]
    public async Task A_release_that_can_not_be_changed_any_more_can_be_deleted_and_its_name_is_taken_for_ever()
    {
        Pypi.Repository.ImmutableReleases = true;
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);

        Assert.Null((await server.DeleteAsync(await server.FileAsync(Wheel))).Failure);

        Assert.Empty(Pypi.Repository.Releases);
        Assert.Equal(FailureKind.Conflict, (await server.PublishAsync(Wheel)).Failure?.Kind);
        Assert.Empty(Pypi.Repository.Releases);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("502")]
    [InlineData("cut")]
    public async Task A_deletion_that_breaks_off_is_decided_and_is_finished_by_repeating_it(string what)
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        var file = await server.FileAsync(Wheel);
        GitHub.Faults.Next(request => request.Method == "DELETE" && request.Path.Contains("/releases/", StringComparison.Ordinal), Breakdown(what, tookEffect: false));

        var first = await server.DeleteAsync(file);

        Assert.Equal(FailureKind.Unavailable, first.Failure?.Kind);
        Assert.NotNull(first.Failure?.RetryAfter);
        Assert.Contains(Wheel.Filename, Pypi.Record("demo"), StringComparison.Ordinal);
        Assert.Equal(FailureKind.Conflict, (await server.PublishAsync(Wheel)).Failure?.Kind);

        Assert.Null((await server.DeleteAsync(file)).Failure);

        Assert.Empty(Pypi.Repository.Releases);
        Assert.False(Pypi.HasTag(Wheel.Filename));
        Assert.Empty(await server.FilesAsync());
        Assert.Equal(1, Pypi.Decisions);
    }

    [Theory]
    [InlineData("/releases/", true)]
    [InlineData("/git/refs/tags/", true)]
    [InlineData("/git/refs/tags/", false)]
    public async Task A_deletion_that_breaks_off_after_its_first_half_leaves_no_tag_when_it_is_repeated(string path, bool tookEffect)
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        var file = await server.FileAsync(Wheel);
        GitHub.Faults.Next(request => request.Method == "DELETE" && request.Path.Contains(path, StringComparison.Ordinal), Breakdown("502", tookEffect));
        Assert.Equal(FailureKind.Unavailable, (await server.DeleteAsync(file)).Failure?.Kind);

        Assert.Null((await server.DeleteAsync(file)).Failure);

        Assert.Empty(Pypi.Repository.Releases);
        Assert.False(Pypi.HasTag(Wheel.Filename));
        Assert.Empty(await server.FilesAsync());
    }

    [Fact]
    public async Task What_is_deleted_before_GitHub_shows_it_is_deleted_all_the_same()
    {
        var server = await Pypi.ServerAsync();
        Pypi.Repository.ReleaseLag = 3;
        await server.PublishAsync(Wheel);

        Assert.Null((await server.DeleteAsync(await server.FileAsync(Wheel))).Failure);

        Assert.Empty(Pypi.Repository.Releases);
        Assert.False(Pypi.HasTag(Wheel.Filename));
    }

    [Fact]
    public async Task What_is_deleted_and_not_shown_for_long_is_told_of_and_deleted_by_repeating_it()
    {
        var server = await Pypi.ServerAsync();
        Pypi.Repository.ReleaseLag = 6;
        await server.PublishAsync(Wheel);
        var file = await server.FileAsync(Wheel);

        Assert.Equal(FailureKind.Unavailable, (await server.DeleteAsync(file)).Failure?.Kind);
        Assert.Null((await server.DeleteAsync(file)).Failure);

        Assert.Empty(Pypi.Repository.Releases);
    }

    [Fact]
    public async Task What_is_published_into_its_deletion_is_taken_back_though_GitHub_does_not_show_it_yet()
    {
        var (publishing, deciding) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        Pypi.Repository.ReleaseLag = 1;
        var pause = new Fault.Pause();
        GitHub.Faults.Next(request => request.Method == "PATCH", pause);
        var publication = publishing.PublishAsync(Wheel);
        await pause.Reached;

        Assert.True(Sha256Digest.TryParse(Wheel.Sha256, out var sha256));
        await deciding.DecideAsync("demo", record => record with { Deleted = record.Deleted.Add(Wheel.Filename, new Deletion(DateTimeOffset.UnixEpoch, sha256)) });
        pause.Release();

        Assert.Equal(FailureKind.Conflict, (await publication).Failure?.Kind);
        Assert.Empty(Pypi.Repository.Releases);
        Assert.False(Pypi.HasTag(Wheel.Filename));
    }

    [Fact]
    public async Task A_deletion_whose_decision_is_not_written_removes_nothing()
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        GitHub.Faults.Next(Writes, new Fault.Answer(502), 1000);

        var failed = await server.DeleteAsync(await server.FileAsync(Wheel));

        Assert.Equal(FailureKind.Unavailable, failed.Failure?.Kind);
        Assert.Single(Pypi.Repository.Releases);
        Assert.Single(await server.FilesAsync());
    }

    [Fact]
    public async Task A_release_that_somebody_deleted_before_is_no_trouble()
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        var file = await server.FileAsync(Wheel);
        lock (GitHub.Gate)
        {
            Pypi.Repository.ReleaseList.Clear();
        }

        Assert.Null((await server.DeleteAsync(file)).Failure);

        Assert.Empty(await server.FilesAsync());
    }

    private static bool Writes(LoggedRequest request) => request.Method == "PUT";

    private static ProjectRecord Archived(ProjectRecord record) => record with { Status = StatusMarker.Archived };

    [Fact]
    public async Task A_branch_that_is_renamed_on_GitHub_undoes_no_decision()
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        await server.DeleteAsync(await server.FileAsync(Wheel));
        await server.DecideAsync("zoo", record => record with { Status = StatusMarker.Quarantined });
        GitHub.Faults.Next(request => request.Path.Contains("/git/trees/", StringComparison.Ordinal), Fault.Answer.Json(404, "Not Found"), 1000);

        Pypi.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("has no branch main", (await server.Backend.SyncAsync(default)).Failure?.Message, StringComparison.Ordinal);

        Assert.Equal(StatusMarker.Quarantined, (await server.RecordAsync("zoo")).Status);
        Assert.Equal(FailureKind.Conflict, (await server.PublishAsync(Wheel)).Failure?.Kind);
    }

    [Fact]
    public async Task A_new_server_offers_nothing_before_it_knows_what_was_decided()
    {
        var here = await Pypi.ServerAsync();
        await here.PublishAsync(Wheel);
        await here.DecideAsync("demo", record => record with { Status = StatusMarker.Quarantined });
        await here.IndexAsync();
        GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal) && Pypi.Record("demo") is { } record && request.Path.EndsWith(PyWharf.Infrastructure.Backends.GitHub.Api.GitBlob.ShaOf(Encoding.UTF8.GetBytes(record)), StringComparison.Ordinal), new Fault.Answer(502), 1000);

        var there = Pypi.NewServer();
        Assert.NotNull((await there.Backend.SyncAsync(default)).Failure);

        Assert.False((await there.RecordAsync("demo")).IsReadable);
    }

    [Fact]
    public async Task Half_a_record_is_not_taken_for_a_whole_one()
    {
        var (here, there) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await here.PublishAsync(Wheel);
        await here.DecideAsync("demo", record => record with { Status = StatusMarker.Deprecated });
        await here.DeleteAsync(await here.FileAsync(Wheel));
        var half = string.Join('\n', Pypi.Record("demo")?.Split('\n')[1..2] ?? []) + "\n";
        GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal), new Fault.Answer(200, half, "application/vnd.github.raw+json"));

        await there.Backend.SyncAsync(default);

        Assert.Equal(FailureKind.Conflict, (await there.PublishAsync(Wheel)).Failure?.Kind);
        Assert.Empty(Pypi.Repository.Releases);
    }

    [Fact]
    public async Task A_decision_on_top_of_half_a_record_loses_nothing_of_it()
    {
        var here = await Pypi.ServerAsync();
        await here.PublishAsync(Wheel);
        await here.DecideAsync("demo", record => record with { Status = StatusMarker.Deprecated });
        await here.DeleteAsync(await here.FileAsync(Wheel));
        var half = string.Join('\n', Pypi.Record("demo")?.Split('\n')[1..2] ?? []) + "\n";
        GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal), new Fault.Answer(200, half, "application/vnd.github.raw+json"));

        await here.DecideAsync("demo", record => record with { StatusReason = "old" });

        Assert.Contains(Wheel.Filename, Pypi.Record("demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_garbage_does_not_hide_the_others()
    {
        var (here, there) = (await Pypi.ServerAsync(), await Pypi.ServerAsync());
        await here.DecideAsync("zoo", record => record with { Status = StatusMarker.Quarantined });
        Pypi.Repository.Put(".pywharf/demo.toml", "garbage ["u8.ToArray());

        Assert.NotNull((await there.Backend.SyncAsync(default)).Failure);

        Assert.Equal(StatusMarker.Quarantined, (await there.RecordAsync("zoo")).Status);
        Assert.False((await there.RecordAsync("demo")).IsReadable);
    }

    [Fact]
    public async Task Records_that_a_cut_list_of_files_leaves_out_still_count()
    {
        var server = await Pypi.ServerAsync();
        await server.PublishAsync(Wheel);
        await server.DecideAsync("other", record => record with { Status = StatusMarker.Deprecated });
        await server.DeleteAsync(await server.FileAsync(Wheel));
        await server.Backend.SyncAsync(default);
        Pypi.Repository.Put(".pywharf/a.toml", []);
        Pypi.Repository.Put(".pywharf/b.toml", []);
        // The folder has more, and what it is in has not.
        GitHub.Limits.TreeEntries = 2;

        await server.Backend.SyncAsync(default);

        Assert.NotNull((await server.PublishAsync(Wheel)).Failure);
        Assert.Empty(Pypi.Repository.Releases);
    }

    private static Func<ProjectRecord, ProjectRecord> Yanked(string version) => record =>
        record with { YankedVersions = record.YankedVersions.SetItem(PackageVersion.TryParse(version, out var parsed) ? parsed : throw new ArgumentException(version), "why") };

    private static Fault Breakdown(string what, bool tookEffect)
    {
        Fault fault = what switch
        {
            "reset" => new Fault.Reset(),
            "502" => new Fault.Answer(502),
            "503" => Fault.Answer.Json(503, "Service Unavailable"),
            // Of an answer that is cut in two only the first half is known, whatever it did.
            _ => tookEffect ? new Fault.Cut() : new Fault.Answer(200, "{\"content\":", "application/json; charset=utf-8"),
        };

        return fault with { Effect = tookEffect ? Effect.Whole : Effect.None };
    }
}
