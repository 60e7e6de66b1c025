using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>A disk that can't be used for a while: every request is answered as the documentation says, and all is well when the disk is.</summary>
public sealed class StorageTroubleTests : IDisposable
{
    private readonly TempFolder _root = new();

    public static TheoryData<string> Parts => ["lock/local", "cache/local/storage/.staging", "cache/local/storage"];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task A_part_of_the_root_that_is_away_is_503_without_its_path_and_the_log_has_it(string part)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheel = Wheels.Build("demo", "1.0");
        (await client.UploadAsync(wheel)).With(200);
        var path = _root.At(part);

        Directory.Move(path, path + ".away");

        foreach (var answer in (Answer[])
        [
            await client.UploadAsync(Wheels.Build("demo", "2.0")),
            await client.UploadAsync(Wheels.Build("fresh", "1.0")),
            await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank"),
        ])
        {
            Assert.NotNull(answer.With(503)["Retry-After"]);
            Assert.DoesNotContain(_root.Path, answer.ToString(), StringComparison.Ordinal);
        }

        (await client.AskAsync("/simple/")).With(200);
        (await client.AskAsync("/simple/demo/")).With(200);
        (await client.AskAsync("/index_mtime/")).With(200);
        (await client.AskAsync("/search?q=demo")).With(200);
        await Eventually.HoldsAsync("the log names it", () => server.Log.Contains(part, StringComparison.Ordinal));
        Assert.StartsWith("ok\n", (await client.AskAsync("/health")).With(200).Text, StringComparison.Ordinal);

        Directory.Move(path + ".away", path);
        (await client.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
        (await client.UploadAsync(Wheels.Build("fresh", "1.0"))).With(200);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
        Assert.Equal(wheel.Content, (await client.AskAsync($"/simple/demo/{wheel.Filename}")).With(200).Bytes);
        Assert.Empty(new Storage(_root.Path).Staged);
        Assert.DoesNotContain("Unhandled", server.Log, StringComparison.Ordinal);
    }

    /// <summary>As where its disk is not mounted: what is empty says nothing, and upstream is not asked for what is away.</summary>
    [Fact]
    public async Task A_storage_that_is_empty_of_a_sudden_takes_nothing_and_undoes_nothing()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config + "sync_index_interval = 1\n");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        using var status = new StringContent("""{"status": "quarantined"}""");
        (await Answer.ReadAsync(await client.PutAsync(new Uri("/api/projects/demo/status", UriKind.Relative), status))).With(200);
        var storage = _root.At("cache", "local", "storage");
        Directory.Move(storage, storage + ".away");
        Directory.CreateDirectory(storage);

        (await client.UploadAsync(Wheels.Build("demo", "2.0"))).With(503);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(503);
        await Eventually.HoldsAsync("a look has failed", () => server.Log.Contains("could not be brought up to date", StringComparison.Ordinal));

        Assert.Equal("quarantined", (await client.ProjectAsync("demo")).GetProperty("project-status").GetProperty("status").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(storage));
        Directory.Delete(storage);
        Directory.Move(storage + ".away", storage);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
    }

    [FactWhen(Needs.Mount)]
    public async Task A_full_disk_is_507_for_whoever_changes_something_and_health_says_so_to_whoever_reads()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var nobody = server.Client();
        var wheel = Wheels.Build("demo", "1.0");
        (await client.UploadAsync(wheel)).With(200);
        Assert.Equal("ok\n", (await nobody.AskAsync("/health")).With(200).Text);

        disk.FillBut(0);

        (await client.UploadAsync(Wheels.Build("demo", "2.0"))).With(507);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(507);
        (await client.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(507);
        Assert.Equal(wheel.Content, (await client.AskAsync($"/simple/demo/{wheel.Filename}")).With(200).Bytes);
        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health")).With(200).Text.StartsWith("ok\ndegraded, no uploads: The server's storage is full", StringComparison.Ordinal));
        Assert.StartsWith("ready\ndegraded", (await nobody.AskAsync("/health/ready")).With(200).Text, StringComparison.Ordinal);

        disk.Free();

        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health")).With(200).Text == "ok\n");
        (await client.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
        (await client.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);
    }

    public void Dispose() => _root.Dispose();
}
