using System.Text;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Audit;

/// <summary>What every audit log promises.</summary>
public abstract class AuditLogContract
{
    private protected SkippingTime Time { get; } = new();

    /// <summary>A log of one server; each call is that of another one on the same store.</summary>
    private protected abstract IAuditLog Open();

    /// <summary>Checks the chain.</summary>
    private protected abstract Task<(long Lines, IReadOnlyList<string> Faults)> CheckAsync();

    [ContractFact]
    public async Task Events_of_several_servers_at_once_are_one_chain_in_which_those_of_a_call_follow_each_other()
    {
        var logs = new[] { Open(), Open(), Open() };

        var failures = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => Task.Run(() => logs[number % 3].AppendAsync(Event(number), Event(number)))));

        Assert.All(failures, Assert.Null);
        await AssertSoundAsync(120);
        var reasons = (await FindAsync(logs[0], limit: 200)).Select(found => found.Event.Reason).ToList();
        Assert.Equal(120, reasons.Count);
        Assert.All(reasons.Chunk(2), pair => Assert.Equal(pair[0], pair[1]));
    }

    [ContractFact]
    public async Task An_event_comes_back_as_it_was_written()
    {
        var log = Open();
        var entry = Event(1) with
        {
            Repository = Repository("team"),
            Project = Project("demo"),
            File = "demo-1.0.tar.gz",
            Sha256 = Sha256Digest.TryParse(new string('a', 64), out var digest) ? digest : null,
            Status = StatusMarker.Archived,
            Address = "192.0.2.1",
            RequestId = "request-1",
            Token = TokenName.TryParse("ci", out var token, out _) ? token : null,
            Count = 3,
        };

        Assert.Null(await log.AppendAsync(entry));

        var found = Assert.Single(await FindAsync(Open()));
        Assert.Equal((entry, Time.GetUtcNow(), null), (found.Event, found.Time, found.Previous));
        Assert.StartsWith("{\"time\":\"", Encoding.UTF8.GetString(found.Json.Span), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Text_of_any_length_and_kind_stays_one_line()
    {
        var log = Open();

        Assert.Null(await log.AppendAsync(Event(0) with { Reason = "two\nlines \u0000 \ud800 🐍 " + new string('x', 100_000) }));
        Assert.Null(await log.AppendAsync(Event(1)));

        await AssertSoundAsync(2);
        Assert.StartsWith("two\nlines \u0000 ", (await FindAsync(log))[1].Event.Reason, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Queries_find_the_newest_first_by_repository_project_kind_time_and_scope()
    {
        var log = Open();
        var begun = Time.GetUtcNow();
        await log.AppendAsync(Event(0) with { Repository = Repository("team"), Project = Project("demo") });
        await log.AppendAsync(Event(1) with { Repository = Repository("other"), Project = Project("demo") });
        Time.Advance(TimeSpan.FromHours(3));
        await log.AppendAsync(new AuditEvent(AuditEventKind.ServerStarted, AuditOutcome.Ok) { Reason = "reason 2" });
        await log.AppendAsync(Event(3) with { Repository = Repository("team"), Project = Project("billing") });

        await AssertFoundAsync("3 2 1 0", query => query);
        await AssertFoundAsync("3 2 0", query => query with { Repository = Repository("team") });
        await AssertFoundAsync("1 0", query => query with { Project = Project("demo") });
        await AssertFoundAsync("2", query => query with { Kind = AuditEventKind.ServerStarted });
        await AssertFoundAsync("3 2", query => query with { Since = begun.AddHours(1) });
        await AssertFoundAsync("3", query => query with { Scope = new ProjectScope([Pattern("bill*")]) });
        await AssertFoundAsync("3 2", query => query with { Limit = 2 });

        async Task AssertFoundAsync(string numbers, Func<AuditQuery, AuditQuery> change)
        {
            var found = await log.FindAsync(change(new AuditQuery { Limit = 100 }), default);
            Assert.Equal(numbers, string.Join(' ', found.Select(one => one.Event.Reason?["reason ".Length..])));
        }
    }

    [ContractFact]
    public async Task Older_events_follow_while_newer_ones_are_added()
    {
        var log = Open();
        for (var number = 0; number < 10; number++)
        {
            await log.AppendAsync(Event(number));
        }

        var newest = await FindAsync(log, limit: 4);
        await log.AppendAsync(Event(10));
        var older = await log.FindAsync(new AuditQuery { Limit = 100, Before = newest[^1].Previous }, default);

        Assert.Equal(["reason 9", "reason 8", "reason 7", "reason 6"], newest.Select(found => found.Event.Reason));
        Assert.Equal(["reason 5", "reason 4", "reason 3", "reason 2", "reason 1", "reason 0"], older.Select(found => found.Event.Reason));
    }

    private async Task AssertSoundAsync(long lines)
    {
        var check = await CheckAsync();
        Assert.Empty(check.Faults);
        Assert.Equal(lines, check.Lines);
    }

    private protected static AuditEvent Event(int number) => new(AuditEventKind.Publish, AuditOutcome.Ok)
    {
        Actor = new AuditActor("token", "ci"),
        Reason = $"reason {number}",
    };

    private protected static RepositoryName? Repository(string text) => RepositoryName.TryParse(text, out var name, out _) ? name : null;

    private protected static ProjectName? Project(string text) => ProjectName.TryParse(text, out var name) ? name : null;

    private static NamePattern Pattern(string text) => NamePattern.TryParse(text, out var pattern, out _) ? pattern : throw new FormatException(text);

    private static Task<IReadOnlyList<RecordedEvent>> FindAsync(IAuditLog log, int limit = 100) => log.FindAsync(new AuditQuery { Limit = limit }, default);
}
