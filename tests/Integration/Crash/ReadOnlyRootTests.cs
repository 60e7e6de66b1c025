using System.Net.Http.Json;
using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Crash;

/// <summary>ROOT, or a part of it, that can't be written for a while, as after an error of its disk: reading goes on, and a change is made or refused as a whole.</summary>
public sealed class ReadOnlyRootTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds = Requirement.IsSoak ? 10 : 1;

    private static readonly string[] Parts = [".", "cache", "cache/local/storage/.staging", "index", "lock", "log"];

    private readonly TempFolder _root = new();

    [FactWhen(Needs.Mount)]
    public async Task Reading_goes_on_and_changes_come_again_when_it_can_be_written()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config + "sync_index_interval = 1\n");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var nobody = server.Client();
        var project = new ChangedProject("demo", new Random(30));
        await project.ChangeAsync(client, Change.Upload);
        await project.ChangeAsync(client, Change.Upload);
        var (changes, refused) = (0, 0);

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var part in Parts)
            {
                using (await BindMount.ProtectAsync(Path.GetFullPath(_root.At(part))))
                {
                    foreach (var change in Enum.GetValues<Change>())
                    {
                        var status = await project.ChangeAsync(client, change);
                        Assert.True(status is 503 || (status == 200 && part != "."), $"{change} with {part} read-only: {status}\n{server.Log}");
                        (changes, refused) = (changes + 1, refused + (status == 200 ? 0 : 1));
                        await project.AssertShownAsync(client);
                    }

                    var token = await Answer.ReadAsync(await client.PostAsJsonAsync("/api/tokens/", new { name = $"{round}-{Array.IndexOf(Parts, part)}" }));
                    Assert.True(token.Status is 503 || (token.Status == 201 && part != "."), $"{part}: {token}");
                    if (part is "." or "lock")
                    {
                        // At once, and not as where another process holds the lock.
                        Assert.Contains("storage can't be used", (await client.AskAsync(HttpMethod.Put, $"/api/projects/demo/files/{project.Files.First()}/yank")).With(503).Text, StringComparison.Ordinal);
                    }

                    await AssertReadsAsync(client, project);
                    using var browser = new Browser(server);
                    (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(303);
                    if (part is "." or "cache")
                    {
                        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health")).With(200).Text.StartsWith("ok\ndegraded", StringComparison.Ordinal));
                    }
                }

                await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health")).With(200).Text == "ok\n");
                foreach (var change in Enum.GetValues<Change>())
                {
                    Assert.Equal(200, await project.ChangeAsync(client, change));
                    await project.AssertShownAsync(client);
                }

                Assert.Empty(new Storage(_root.Path).Staged);
            }

            var verified = await PyWharfProcess.RunAsync(["verify", _root.Path, "--audit"]);
            Assert.True(verified.ExitCode == 0, verified.Stdout + verified.Stderr);
        }

        await project.AssertDownloadsAsync(client);
        SoakTable.Write(
            output, "ROOT, or a part of it, read-only for a while", $"{Rounds * Parts.Length} times, {changes} changes meanwhile",
            $"{refused} refused with 503, {changes - refused} made, half done 0; all reads answered; changes made again after each");
    }

    public void Dispose() => _root.Dispose();

    private static async Task AssertReadsAsync(HttpClient client, ChangedProject project)
    {
        foreach (var path in (string[])["/simple/", "/simple/demo/", "/pypi/demo/json", "/search?q=demo", "/index_mtime/", "/login/", "/api/projects/demo", "/api/audit", "/api/tokens", "/metrics"])
        {
            var answer = await client.AskAsync(path);
            Assert.True(answer.Status == 200, $"{path}: {answer}");
        }

        await project.AssertDownloadsAsync(client);
        (await client.AskAsync($"/simple/demo/{project.Files.First()}.metadata")).With(200);
    }
}
