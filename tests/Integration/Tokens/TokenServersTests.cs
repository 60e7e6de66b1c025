using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Tokens;

/// <summary>Tokens in servers that run: two on one folder, with pip and twine, behind a proxy, over a crash.</summary>
public sealed class TokenServersTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_token_of_one_server_opens_the_other_and_is_refused_by_both_once_it_is_revoked()
    {
        using var here = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var there = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = here.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var token = await CreateAsync(writer, new { name = "ci" });
        using var near = here.Client("ci", token);
        using var far = there.Client("ci", token);

        (await near.AskAsync("/simple/")).With(200);
        await Eventually.HoldsAsync(async () => (await far.AskAsync("/simple/")).Status == 200);

        // Whichever server it is revoked on: that one refuses it at once.
        (await writer.AskAsync(HttpMethod.Delete, "/api/tokens/ci")).With(200);
        (await near.AskAsync("/simple/")).With(401);
        await Eventually.HoldsAsync(async () => (await far.AskAsync("/simple/")).Status == 401);
    }

    [FactWhen(Needs.Twine, Needs.Pip)]
    public async Task Twine_and_pip_use_a_token_that_the_command_line_made_beside_the_server()
    {
        using var user = new PythonUser();
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        var token = (await PyWharfProcess.RunAsync(["token", "new", "local", "ci", "--permission=write", "--projects=billing,billing-*", $"--root={_root.Path}"])).Succeeded().Stdout.Trim();
        using var client = server.Client("ci", token);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 200);
        var (ours, theirs) = (Wheels.Build("billing-api", "1.0"), Wheels.Build("other", "1.0"));

        (await user.TwineUploadAsync(new Uri(server.BaseAddress, "simple/"), "__token__", token, ours.WriteTo(user.At("dist")))).Succeeded();
        var refused = await user.TwineUploadAsync(new Uri(server.BaseAddress, "simple/"), "__token__", token, theirs.WriteTo(user.At("dist")));
        Assert.Equal(1, refused.Saying("The token ci may not change the project other").ExitCode);

        (await user.PipAsync(PythonClients.Python ?? "", "download", "--index-url", server.UrlFor("simple/", "__token__", token), "--no-deps", "-d", "got", "billing-api")).Succeeded();
        Assert.Equal(ours.Content, await File.ReadAllBytesAsync(user.At("got", ours.Filename)));
    }

    [Fact]
    public async Task A_token_is_for_its_networks_as_a_trusted_proxy_names_the_client()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--trusted_proxy=127.0.0.1");
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var token = await CreateAsync(writer, new { name = "ci", networks = (string[])["192.0.2.0/24", "2001:db8:1::/48"] });
        using var client = server.Client("ci", token);

        foreach (var (address, status) in new[]
        {
            ("192.0.2.9", 200), ("::ffff:192.0.2.9", 200), ("2001:db8:1::9", 200), ("[2001:db8:1::9]:4711", 200), ("198.51.100.1, 192.0.2.9", 200),
            ("192.0.3.9", 401), ("2001:db8:2::9", 401), ("192.0.2.9, 198.51.100.1", 401), ("::1", 401),
        })
        {
            Assert.True((await client.AskAsync("/simple/", ("X-Forwarded-For", address))).Status == status, $"{address} must get {status}.");
        }

        // Without the proxy it comes from 127.0.0.1, in the same words as a wrong one.
        using var wrong = server.Client("ci", "wrong");
        Assert.Equal((await wrong.AskAsync("/simple/")).With(401).Text, (await client.AskAsync("/simple/")).With(401).Text);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_refused_and_stays_in_the_list()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await writer.AskAsync("/api/tokens")).With(200);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(8).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var token = await CreateAsync(writer, new { name = "ci", expires = end });
        using var client = server.Client("ci", token);

        (await client.AskAsync("/simple/")).With(200);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 401);

        Assert.Contains($"\"expires\":\"{end}Z\"", (await writer.AskAsync("/api/tokens")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_crash_holds_after_it()
    {
        HashSet<string> made = [], toRevoke = [], revoked = [];
        var acknowledged = 0;
        using (var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config))
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            var changing = ChangeAsync(writer);
            await Eventually.HoldsAsync("some tokens are made", () => Volatile.Read(ref acknowledged) >= 20);
            await server.Kill9Async();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => changing);
        }

        using var again = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var admin = again.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var listed = (await admin.AskAsync("/api/tokens")).With(200).Json.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("name").GetString() ?? "").ToHashSet();

        Assert.Subset(listed, made.Except(toRevoke).ToHashSet());
        Assert.Empty(listed.Intersect(revoked));

        async Task ChangeAsync(HttpClient writer)
        {
            for (var number = 0; ; number++)
            {
                await CreateAsync(writer, new { name = $"ci-{number}" });
                made.Add($"ci-{number}");
                Interlocked.Increment(ref acknowledged);
                if (number % 2 == 1)
                {
                    toRevoke.Add($"ci-{number}");
                    (await writer.AskAsync(HttpMethod.Delete, $"/api/tokens/ci-{number}")).With(200);
                    revoked.Add($"ci-{number}");
                }
            }
        }
    }

    [FactWhen(Needs.Mount)]
    public async Task On_a_full_disk_tokens_are_neither_made_nor_revoked_and_those_that_are_there_open()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var token = await CreateAsync(writer, new { name = "ci" });
        using var client = server.Client("ci", token);

        // Files that are there may have some room left in their last pages.
        disk.FillBut(0);
        var names = new List<string> { "ci" };
        Answer answer;
        while ((answer = await PostAsync(writer, new { name = $"ci-{names.Count}" })).Status == 201)
        {
            names.Add($"ci-{names.Count}");
        }

        answer.With(507);
        (await client.AskAsync("/simple/")).With(200);

        // A revocation that found room is one; another is none.
        while (names.Count > 0 && (answer = await writer.AskAsync(HttpMethod.Delete, $"/api/tokens/{names[^1]}")).Status == 200)
        {
            names.RemoveAt(names.Count - 1);
        }

        answer.With(names.Count == 0 ? 200 : 507);
        (await client.AskAsync("/simple/")).With(names.Count == 0 ? 401 : 200);

        disk.Free();
        (await PostAsync(writer, new { name = "other" })).With(201);
        Assert.Equal(names.Append("other").Order(), (await writer.AskAsync("/api/tokens")).Json.GetProperty("tokens").EnumerateArray().Select(listed => listed.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task A_damaged_database_leaves_the_secrets_alone_and_is_told_in_the_log()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var token = await CreateAsync(writer, new { name = "ci" });
        using var client = server.Client("ci", token);
        (await client.AskAsync("/simple/")).With(200);

        await File.WriteAllTextAsync(Path.Combine(_root.Path, "tokens.db"), "no database at all");
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 401);

        (await writer.AskAsync("/simple/")).With(200);
        (await writer.AskAsync("/api/tokens")).With(503);
        Assert.Contains("can't be read, so that none of them opens anything", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_ten_thousand_tokens_opens_its_repository()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var token = await CreateAsync(writer, new { name = "ci" });
        using (var database = new SqliteFile(Path.Combine(_root.Path, "tokens.db"), SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10), ""))
        {
            database.Execute(
                """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
                INSERT INTO tokens (repository, name, sha256, permission, projects, reads, networks, created)
                    SELECT 'local', 'ci-' || n, printf('%064x', n), 'Write', 'billing-' || n, '*', '', 0 FROM numbers
                """);
        }

        using var client = server.Client("ci", token);
        (await client.AskAsync("/simple/")).With(200);
        Assert.Equal(10_001, (await writer.AskAsync("/api/tokens")).With(200).Json.GetProperty("tokens").GetArrayLength());
        (await writer.AskAsync(HttpMethod.Delete, "/api/tokens/ci-5000")).With(200);
        (await client.AskAsync("/simple/")).With(200);
    }

    private static async Task<string> CreateAsync(HttpClient client, object body) =>
        (await PostAsync(client, body)).With(201).Json.GetProperty("token").GetString() ?? "";

    private static async Task<Answer> PostAsync(HttpClient client, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body));

        return await Answer.ReadAsync(await client.PostAsync("/api/tokens", content));
    }
}
