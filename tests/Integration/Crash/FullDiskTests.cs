using System.Net;
using System.Net.Http.Json;
using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Crash;

/// <summary>A root folder without room: nothing half-published, and a server that goes on when there is room again.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Steps = 24;

    private static readonly (int Rounds, int Stride) Size = Requirement.IsSoak ? (5, 1) : (1, 3);

    [FactWhen(Needs.Mount)]
    public async Task An_upload_that_does_not_fit_is_refused_and_leaves_nothing()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var small = Wheels.Build("small", "1.0");
        await client.PublishAsync(small);

        using var refused = await client.PostFileAsync(Wheels.Build("large", "1.0", payload: 10_000_000, random: true));

        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
        Assert.Contains("full", refused.ReasonPhrase, StringComparison.Ordinal);
        Assert.Empty(new Storage(disk.Path).Staged);
        Assert.Equal(small.Sha256, await client.DownloadDigestAsync(Assert.Single(await client.ReadAllFilesAsync())));
        await client.PublishAsync(Wheels.Build("small", "2.0"));
    }

    /// <summary>With room for so many pages of 4 kB, or for so many files: from «not even a staging file» to «all but the catalog».</summary>
    [TheoryWhen(Needs.Mount)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wherever_a_change_meets_it_it_is_made_or_refused_as_a_whole(bool isOutOfFiles)
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 16, inodes: 1000);
        using var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var project = new ChangedProject("edge", new Random(507));
        await project.ChangeAsync(client, Change.Upload);
        await project.ChangeAsync(client, Change.Upload);
        var (changes, refused) = (0, 0);

        for (var round = 0; round < Size.Rounds; round++)
        {
            for (var room = 0; room < Steps; room += Size.Stride)
            {
                foreach (var change in Enum.GetValues<Change>().Append(Change.Upload))
                {
                    Fill(disk, room, isOutOfFiles);
                    changes++;
                    refused += await TryAsync(() => project.ChangeAsync(client, change), project, client, disk) ? 0 : 1;
                }

                Fill(disk, room, isOutOfFiles);
                changes++;
                refused += await TryTokenAsync(client, server, $"token-{round}-{room}", disk) ? 0 : 1;
            }
        }

        Assert.InRange(refused, 1, changes - 1);
        await project.ChangeAsync(client, Change.Upload);
        await project.AssertDownloadsAsync(client);
        var verified = await PyWharfProcess.RunAsync(["verify", disk.Path, "--audit"]);
        Assert.True(verified.ExitCode == 0, verified.Stdout + verified.Stderr);
        SoakTable.Write(
            output, isOutOfFiles ? "disk out of inodes at each step" : "disk full at each step", $"{changes} changes",
            $"{refused} refused with 507 and {changes - refused} made, half done 0; {string.Join(", ", project.Acknowledged.Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}"))}");
    }

    [FactWhen(Needs.Mount)]
    public async Task A_server_that_finds_no_room_to_start_says_so()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using (var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config))
        {
            Assert.Equal(0, await server.TerminateAsync());
        }

        disk.FillBut(0);
        var ended = await PyWharfProcess.RunAsync(["server", disk.Path, "--host=127.0.0.1", "--port=0", "--config", Path.Combine(disk.Path, "config.toml")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"\Apywharf: .*catalog\.db can't be opened: the disk is full\n\z", ended.Stderr);
        Assert.Equal("", ended.Stdout);
    }

    private static void Fill(TinyDisk disk, int room, bool isOutOfFiles)
    {
        if (isOutOfFiles)
        {
            disk.FillButFiles(room);
        }
        else
        {
            disk.FillBut(room * 4096);
        }
    }

    /// <summary>Makes the change, when there is room if not before; false where it was refused.</summary>
    private static async Task<bool> TryAsync(Func<Task<int>> change, ChangedProject project, HttpClient client, TinyDisk disk)
    {
        var status = await change();
        Assert.Contains(status, (int[])[200, 507]);
        await project.AssertShownAsync(client);
        var storage = new Storage(disk.Path);
        Assert.Equal(project.Files.Order(), storage.Files.Order());
        Assert.Equal(project.Files.Order(), storage.Described.Order());
        Assert.Empty(storage.Staged);

        disk.Free();
        if (status != 200)
        {
            Assert.Equal(200, await change());
            await project.AssertShownAsync(client);
        }

        return status == 200;
    }

    private static async Task<bool> TryTokenAsync(HttpClient client, PyWharfProcess server, string name, TinyDisk disk)
    {
        var answer = await Answer.ReadAsync(await client.PostAsJsonAsync("/api/tokens/", new { name, permission = "read" }));
        var isMade = answer.Status == 201;
        Assert.Contains(answer.Status, (int[])[201, 507]);
        Assert.Equal(isMade, (await client.AskAsync("/api/tokens/")).With(200).Text.Contains(name, StringComparison.Ordinal));

        disk.Free();
        if (!isMade)
        {
            answer = (await Answer.ReadAsync(await client.PostAsJsonAsync("/api/tokens/", new { name, permission = "read" }))).With(201);
        }

        using var bearer = server.Client("__token__", answer.Json.GetProperty("token").GetString() ?? "");
        (await bearer.AskAsync("/simple/")).With(200);
        (await client.AskAsync(HttpMethod.Delete, $"/api/tokens/{name}")).With(200);
        (await bearer.AskAsync("/simple/")).With(401);

        return isMade;
    }
}
