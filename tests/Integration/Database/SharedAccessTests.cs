using System.Net.Http.Json;
using PyWharf.Integration.Initialize;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>Two servers with folders of their own on one database: tokens, sessions, login failures, audit log and configuration of one are those of the other.</summary>
public sealed class SharedAccessTests : IDisposable
{
    private const string Admin = $"[{ServerFixture.Repository}]\ntype = \"file_system\"\nraw = \"adm1n\"\n";

    private const string Other = "\n[other]\ntype = \"file_system\"\nread_secret = \"0ther\"\n";

    private readonly TempFolder _here = new();
    private readonly TempFolder _there = new();

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Tokens_sessions_lock_outs_and_audit_are_common()
    {
        var url = await NewDatabaseAsync();
        using var here = await StartAsync(_here, url, ServerFixture.Config + Other);
        using var there = await StartAsync(_there, url, ServerFixture.Config + Other);
        using var hereWriter = here.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var thereWriter = there.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

        var made = (await Answer.ReadAsync(await hereWriter.PostAsJsonAsync("/api/tokens", new { name = "ci" }))).With(201);
        var text = made.Json.GetProperty("token").GetString()!;
        using var token = there.Client("__token__", text);
        (await token.AskAsync("/simple/")).With(200);
        (await thereWriter.AskAsync(HttpMethod.Delete, "/api/tokens/ci")).With(200);
        (await token.AskAsync("/simple/")).With(401);
        using var tokenHere = here.Client("__token__", text);
        await Eventually.HoldsAsync(async () => (await tokenHere.AskAsync("/simple/")).Status == 401);

        var created = await PyWharfProcess.RunAsync(["token", "new", "local", "command", $"--config={_here.At("config.toml")}", $"--root={_here.At("elsewhere")}", $"--database={url}"]);
        Assert.Equal((0, 42), (created.ExitCode, created.Stdout.Trim().Length));
        using var ofCommand = there.Client("__token__", created.Stdout.Trim());
        (await ofCommand.AskAsync("/simple/")).With(200);

        using var browser = new Browser(here);
        (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.WriteSecret)).With(303);
        using var same = there.Client();
        same.DefaultRequestHeaders.Add("Cookie", $"{Browser.SessionCookie}={browser.Session}");
        var page = (await same.AskAsync("/logout/", ("Accept", "text/html"))).With(200);
        (await browser.VisitAsync("/local/")).With(200);
        using var form = new FormUrlEncodedContent(Browser.FieldsOf(page));
        (await Answer.ReadAsync(await same.PostAsync("/logout/", form))).With(303);
        (await browser.VisitAsync("/local/")).With(303);

        using var wrong = here.Client("other", "wrong");
        using var right = there.Client("other", "0ther");
        (await right.AskAsync("/simple/")).With(200);
        for (var count = 0; count < 10; count++)
        {
            (await wrong.AskAsync("/simple/")).With(401);
        }

        (await wrong.AskAsync("/simple/")).With(429);
        await Eventually.HoldsAsync(async () => (await right.AskAsync("/simple/")).Status == 429);

        var events = (await thereWriter.AskAsync("/api/audit")).With(200).Json.GetProperty("events").EnumerateArray().Select(line => line.GetProperty("event").GetString()).ToList();
        Assert.Equal(["logout", "login", "token_created", "token_revoked", "token_created", "server_started", "server_started"], events.Where(name => name != "login_failed"));
        var verified = await PyWharfProcess.RunAsync(["verify", _there.Path, "--audit", $"--database={url}"]);
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("in the database, all of them as they were written", verified.Stdout, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_here.At("log")));
        Assert.False(File.Exists(_here.At("tokens.db")));
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_configuration_that_one_is_given_the_others_take_and_a_new_one_starts_with()
    {
        var url = await NewDatabaseAsync();
        using var here = await StartAsync(_here, url, config: null);
        using var there = await StartAsync(_there, url, config: null);
        using var nobody = here.Client();
        using var reader = there.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 200);
        using var stranger = there.Client();
        (await stranger.InitializeAsync(ServerFixture.Config, Admin)).With(401);

        var next = ServerFixture.Config.Replace(ServerFixture.ReadSecret, "next-r3ad", StringComparison.Ordinal);
        using var admin = there.Client(ServerFixture.Repository, "adm1n");
        using var nextReader = here.Client(ServerFixture.Repository, "next-r3ad");
        (await admin.InitializeAsync(next, Admin)).With(200);
        await Eventually.HoldsAsync(async () => (await nextReader.AskAsync("/simple/")).Status == 200);

        using var root = new TempFolder();
        using var third = await StartAsync(root, url, config: null);
        using var thirdReader = third.Client(ServerFixture.Repository, "next-r3ad");
        (await thirdReader.AskAsync("/simple/")).With(200);
        Assert.False(File.Exists(_here.At("config.toml")));
        var listed = await PyWharfProcess.RunAsync(["token", "list", "local", $"--root={_here.Path}", $"--database={url}"]);
        Assert.Equal(0, listed.ExitCode);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_signal_to_one_has_all_read_their_configurations_again()
    {
        var url = await NewDatabaseAsync();
        using var here = await StartAsync(_here, url, ServerFixture.Config);
        using var there = await StartAsync(_there, url, ServerFixture.Config);
        using var reader = there.Client(ServerFixture.Repository, "next-r3ad");
        await File.WriteAllTextAsync(_there.At("config.toml"), ServerFixture.Config.Replace(ServerFixture.ReadSecret, "next-r3ad", StringComparison.Ordinal));
        (await reader.AskAsync("/simple/")).With(401);

        here.Send(PyWharfProcess.SigHup);

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 200);
        Assert.DoesNotContain("can't be used", there.Log + here.Log, StringComparison.Ordinal);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task While_the_database_is_away_visitors_stay_changes_are_refused_and_all_recovers()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        var url = await engine.CreateDatabaseAsync();
        await engine.StopAsync();

        // Before it was ever reached: nobody knows whether there is a configuration, so nobody may be the first to give one.
        using var server = await StartAsync(_here, url, config: null);
        using var nobody = server.Client();
        Assert.Contains("in its database, which can't be reached now", (await nobody.AskAsync("/simple/")).With(503).Text, StringComparison.Ordinal);
        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(503);
        await engine.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await nobody.InitializeAsync(ServerFixture.Config, Admin)).Status == 200);

        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var made = (await Answer.ReadAsync(await writer.PostAsJsonAsync("/api/tokens", new { name = "ci", permission = "write" }))).With(201);
        using var token = server.Client("__token__", made.Json.GetProperty("token").GetString()!);
        using var browser = new Browser(server);
        (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(303);
        (await browser.VisitAsync("/local/")).With(200);

        await engine.KillAsync();
        (await token.AskAsync("/simple/")).With(200);
        (await browser.VisitAsync("/local/")).With(200);
        (await token.UploadAsync(Wheels.Build("demo", "1.0"))).With(503);
        Assert.NotNull((await Answer.ReadAsync(await writer.PostAsJsonAsync("/api/tokens", new { name = "other" }))).With(503)["Retry-After"]);
        using var another = new Browser(server);
        Assert.Contains("database", (await another.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(503).Text, StringComparison.Ordinal);

        await engine.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await another.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).Status == 303);
        await Eventually.HoldsAsync(async () => (await token.UploadAsync(Wheels.Build("demo", "1.0"))).Status == 200);
        (await browser.VisitAsync("/local/")).With(200);
        var log = server.Log;
        Assert.DoesNotContain(PostgreSqlEngine.Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(PostgreSqlEngine.Password), log, StringComparison.Ordinal);
    }

    private static async Task<string> NewDatabaseAsync() => await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();

    private static Task<PyWharfProcess> StartAsync(TempFolder root, string url, string? config) =>
        PyWharfProcess.StartAsync(root.Path, config, $"--database={url}", "--login_failures=10");
}
