using System.Net;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>A root folder without room: nothing half-published, and a server that goes on when there is room again.</summary>
public sealed class FullDiskTests
{
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

    /// <summary>From «not even a staging file» over «the file but not its .meta» to «both but not the catalog», page by page.</summary>
    [FactWhen(Needs.Mount)]
    public async Task With_any_number_of_bytes_left_an_upload_is_published_or_refused_as_a_whole()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var expected = new List<string>();
        var refusals = 0;

        for (var pages = 0; pages < 20; pages++)
        {
            var wheel = Wheels.Build($"edge-{pages}", "1.0", payload: 8_000, random: true);
            disk.FillBut(pages * 4096);

            using (var answer = await client.PostFileAsync(wheel))
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    expected.Add(wheel.Filename);
                }
                else
                {
                    Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
                    refusals++;
                }
            }

            // While there is still no room: what is listed can be had, and nothing else lies about.
            var listed = await client.ReadAllFilesAsync();
            Assert.Equal(expected.Order(), listed.Select(file => file.Filename).Order());
            Assert.Equal(expected.Order(), new Storage(disk.Path).Files.Order());
            Assert.Equal(expected.Order(), new Storage(disk.Path).Described.Order());
            Assert.Empty(new Storage(disk.Path).Staged);

            disk.Free();
        }

        Assert.InRange(refusals, 1, 19);
        await client.PublishAsync(Wheels.Build("afterwards", "1.0"));
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
}
