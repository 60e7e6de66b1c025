using System.Text;
using Npgsql;
using PyWharf.Application.Sessions;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Integration.Database;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Sessions;

[Requires(Needs.PostgreSql)]
public sealed class PostgreSqlSessionStoreTests : SessionStoreContract, IAsyncLifetime, IDisposable
{
    private PostgreSqlDatabase? _database;
    private PostgreSqlSessionStore? _sut;
    private PostgreSqlSessionStore? _other;

    private protected override ISessionStore Sut => _sut!;

    // On another server.
    private PostgreSqlSessionStore Other => _other!;

    public async Task InitializeAsync()
    {
        _database = new PostgreSqlDatabase(await PostgreSqlEngine.NewDatabaseAsync(), TimeProvider.System, new DatabaseLog());
        (_sut, _other) = (new PostgreSqlSessionStore(_database, Time), new PostgreSqlSessionStore(_database, Time));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _sut?.Dispose();
        _other?.Dispose();
        _database?.Dispose();
    }

    [ContractFact]
    public async Task A_session_of_one_server_works_on_another_and_is_ended_there_for_all()
    {
        var id = await BeginAsync();

        var (here, there) = (await Sut.FindAsync(id, default), await Other.FindAsync(id, default));
        Assert.NotNull(here);
        Assert.Equal(here.CsrfToken, there?.CsrfToken);
        Assert.Equal((here.Credential.User, here.Credential.Secret.Reveal()), (there?.Credential.User, there?.Credential.Secret.Reveal()));
        await Sut.LeaveNoticeAsync(id, "demo is now yanked", default);
        await Other.FindAsync(id, default);
        Assert.Equal("demo is now yanked", await Other.TakeNoticeAsync(id, default));

        await Other.EndAsync(id, default);
        Assert.Null(await Sut.FindAsync(id, default));
    }

    [ContractFact]
    public async Task There_is_a_most_of_all_sessions_too()
    {
        var first = await BeginAsync(actor: "first");
        await ExecuteAsync(
            $"""
            INSERT INTO pywharf_sessions (id_sha256, repository, actor, sealed, expires, seen)
                SELECT sha256(number::text::bytea), 'local', 'holder ' || number, sealed, expires + number, seen
                FROM pywharf_sessions, generate_series(1, {SessionLimits.MostSessions - 1}) AS number
            """);
        Assert.NotNull(await Sut.FindAsync(first, default));
        Time.Advance(TimeSpan.FromSeconds(1));

        var last = await BeginAsync(actor: "last");

        Assert.Null(await Sut.FindAsync(first, default));
        Assert.NotNull(await Sut.FindAsync(last, default));
    }

    [ContractFact]
    public async Task Nobody_who_reads_the_database_can_use_a_session_or_a_secret()
    {
        var id = await BeginAsync();
        var csrfToken = (await Sut.FindAsync(id, default))!.CsrfToken;
        var sealedBytes = (byte[])(await ExecuteAsync("SELECT sealed FROM pywharf_sessions"))!;
        var row = (string)(await ExecuteAsync("SELECT pywharf_sessions::text || encode(sealed, 'escape') FROM pywharf_sessions"))!;

        Assert.All((string[])[id, "s3cret", csrfToken], secret =>
        {
            Assert.DoesNotContain(secret, row, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)), row, StringComparison.Ordinal);
        });
        Assert.NotNull(SealedSession.Open(id, sealedBytes));
        Assert.Null(SealedSession.Open(SessionToken.New(), sealedBytes));
        sealedBytes[^1] ^= 1;
        Assert.Null(SealedSession.Open(id, sealedBytes));
    }

    [ContractFact]
    public async Task Its_use_is_written_once_a_minute()
    {
        var id = await BeginAsync();
        var begun = await SeenAsync();

        Time.Advance(TimeSpan.FromSeconds(59));
        await Sut.FindAsync(id, default);
        Assert.Equal(begun, await SeenAsync());

        Time.Advance(TimeSpan.FromSeconds(1));
        await Sut.FindAsync(id, default);
        Assert.Equal(begun + 60_000_000, await SeenAsync());
    }

    private Task<object?> ExecuteAsync(string sql) => _database!.UseAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);

            return await command.ExecuteScalarAsync(token);
        },
        default);

    private async Task<long> SeenAsync() => (long)(await ExecuteAsync("SELECT seen FROM pywharf_sessions"))!;
}
