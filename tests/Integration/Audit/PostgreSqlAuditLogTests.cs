using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Integration.Database;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Audit;

[Requires(Needs.PostgreSql)]
public sealed class PostgreSqlAuditLogTests : AuditLogContract, IAsyncLifetime, IDisposable
{
    private readonly List<PostgreSqlAuditLog> _opened = [];
    private PostgreSqlDatabase? _database;

    private PostgreSqlDatabase Database => _database!;

    public async Task InitializeAsync() => _database = Connect(await PostgreSqlEngine.NewDatabaseAsync());

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _opened.ForEach(log => log.Dispose());
        _database?.Dispose();
    }

    [ContractFact]
    public async Task The_oldest_lines_go_where_all_are_too_many_and_the_chain_of_the_others_goes_on()
    {
        var log = Open(Server(), maxBytes: 100_000);
        var written = 0;
        for (; written < 8000; written += 400)
        {
            Assert.Null(await log.AppendAsync([.. Enumerable.Range(written, 400).Select(Event)]));
        }

        var (lines, faults) = await CheckAsync();
        Assert.Empty(faults);
        Assert.InRange(lines, 1, 4000);
        Assert.Equal(lines, await CountAsync());
        Assert.Equal($"reason {written - 1}", (await log.FindAsync(new AuditQuery { Limit = 1 }, default))[0].Event.Reason);
    }

    [ContractFact]
    public async Task Tampering_shows()
    {
        foreach (var (tampering, fault) in new[]
        {
            ("DELETE FROM pywharf_audit WHERE id = 1", "pywharf_audit 2: the lines before it were removed"),
            ("DELETE FROM pywharf_audit WHERE id = 4", "pywharf_audit 5: the line before it was altered, or lines between them were removed"),
            ("UPDATE pywharf_audit SET line = replace(line, 'reason 3', 'reason 4') WHERE id = 4", "pywharf_audit 5: the line before it was altered, or lines between them were removed"),
            ("UPDATE pywharf_audit SET line = '[]' WHERE id = 4", "pywharf_audit 4: this line is no event of the log: it was altered"),
            ("DELETE FROM pywharf_audit WHERE id > 8", "pywharf_audit 10: the newest lines were removed, or the newest of them was altered"),
            ("UPDATE pywharf_audit SET line = replace(line, 'reason 9', 'reason 8') WHERE id = 10", "pywharf_audit 10: the newest lines were removed, or the newest of them was altered"),
            ("INSERT INTO pywharf_audit SELECT 0, time, event, repository, project, 'none', server, line FROM pywharf_audit WHERE id = 1", "pywharf_audit 1: the line before it was altered, or lines between them were removed"),
            ("TRUNCATE pywharf_audit", "pywharf_audit 10: the newest lines were removed, or the newest of them was altered"),
        })
        {
            await ExecuteAsync("TRUNCATE pywharf_audit; UPDATE pywharf_audit_head SET newest = 0, oldest = 1, sha256 = NULL, bytes = 0");
            Assert.Null(await Open().AppendAsync([.. Enumerable.Range(0, 10).Select(Event)]));
            Assert.Empty((await CheckAsync()).Faults);

            await ExecuteAsync(tampering);

            Assert.Contains(fault, (await CheckAsync()).Faults);
        }
    }

    [ContractFact]
    public async Task Uploads_of_a_killed_server_are_interrupted_and_those_of_a_live_one_are_not()
    {
        await using var killed = Server();
        await using var live = Server();
        await using var reporter = Server();
        await using var ended = Server();
        Assert.Null(await Open(killed).AppendAsync(Upload("killed-1.0.tar.gz"), Upload("again-1.0.tar.gz"), Upload("failed-1.0.tar.gz"), Upload("failed-1.0.tar.gz") with { Outcome = AuditOutcome.Failed }));
        Assert.Null(await Open(live).AppendAsync(Upload("live-1.0.tar.gz"), Upload("again-1.0.tar.gz")));
        Assert.Null(await Open(ended).AppendAsync(Upload("ended-1.0.tar.gz"), new AuditEvent(AuditEventKind.ServerStopped, AuditOutcome.Ok)));
        await ended.DisposeAsync();
        var sut = new PostgreSqlInterruptedUploads(Database, reporter);

        // Whoever has not been there for a while takes nobody for killed: the others may be about to come back, too.
        await ExecuteAsync($"UPDATE pywharf_servers SET seen = seen - interval '1 minute' WHERE id = '{killed.Id}'");
        Assert.Empty(await sut.FindAsync(Time.GetUtcNow(), default));
        for (var seconds = 0; seconds < 15; seconds += 5)
        {
            Time.Advance(PostgreSqlServers.Interval);
            Assert.Equal(seconds == 10, (await sut.FindAsync(Time.GetUtcNow(), default)) is [{ File: "killed-1.0.tar.gz" }]);
        }

        // Once, by one server.
        Assert.Empty(await sut.FindAsync(Time.GetUtcNow(), default));
    }

    [ContractFact]
    public async Task While_the_database_is_away_the_change_is_told_so_and_it_goes_on_afterwards()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        await using var database = Connect(PostgreSqlEngine.Parse(await engine.CreateDatabaseAsync()));
        using var log = new PostgreSqlAuditLog(database, new PostgreSqlServers(database, Time), AuditFiles.DefaultMaxBytes, Time, NullLogger<PostgreSqlAuditLog>.Instance);
        Assert.Null(await log.AppendAsync(Event(0)));

        await engine.KillAsync();
        Assert.Equal(FailureKind.Unavailable, (await log.AppendAsync(Event(1)))?.Kind);

        await engine.StartAgainAsync();
        await Eventually.HoldsAsync(async () => await log.AppendAsync(Event(2)) is null);
        var check = await PostgreSqlAuditCheck.RunAsync(database, default);
        Assert.Empty(check.Faults);
        Assert.Equal(2, check.Lines);
    }

    private protected override IAuditLog Open() => Open(Server());

    private protected override Task<(long Lines, IReadOnlyList<string> Faults)> CheckAsync() => PostgreSqlAuditCheck.RunAsync(Database, default);

    private static PostgreSqlDatabase Connect(DatabaseUrl url) => new(url, TimeProvider.System, new DatabaseLog());

    private PostgreSqlServers Server() => new(Database, Time);

    private PostgreSqlAuditLog Open(PostgreSqlServers server, long maxBytes = AuditFiles.DefaultMaxBytes)
    {
        var log = new PostgreSqlAuditLog(Database, server, maxBytes, Time, NullLogger<PostgreSqlAuditLog>.Instance);
        _opened.Add(log);

        return log;
    }

    private static AuditEvent Upload(string file) => Event(0) with
    {
        Repository = Repository("team"),
        Project = Project("demo"),
        File = file,
        Sha256 = Sha256Digest.TryParse(new string('a', 64), out var digest) ? digest : null,
    };

    private Task<long> CountAsync() => Database.UseAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT count(*) FROM pywharf_audit", connection);

            return (long)(await command.ExecuteScalarAsync(token))!;
        },
        default);

    private Task<int> ExecuteAsync(string sql) => Database.UseAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);

            return await command.ExecuteNonQueryAsync(token);
        },
        default);
}
