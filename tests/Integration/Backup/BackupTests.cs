using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backup;

/// <summary><c>pywharf backup</c>, and what a server makes of the copy.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BackupTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Root => _folder.At("root");

    private string Target => _folder.At("target");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_that_was_made_under_uploads_is_served_with_tokens_decisions_and_a_sound_audit_log()
    {
        string token;
        string page;
        using (var server = await PyWharfProcess.StartAsync(Root, ServerFixture.Config))
        using (var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret))
        {
            File.SetUnixFileMode(Path.Combine(Root, "config.toml"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Wheels.Build("demo", "3.0"));
            (await writer.PutAsync(new Uri("api/projects/demo/versions/1.0/yank", UriKind.Relative), new StringContent("{\"reason\": \"broken\"}"))).EnsureSuccessStatusCode();
            (await writer.DeleteAsync(new Uri("api/projects/demo/versions/2.0", UriKind.Relative))).EnsureSuccessStatusCode();
            token = (await PyWharfProcess.RunAsync(["token", "new", ServerFixture.Repository, "ci", $"--root={Root}"])).Succeeded().Stdout.Trim();
            page = await PageAsync(writer);
            using var over = new CancellationTokenSource();
            var uploads = UploadAsync(writer, over.Token);

            var first = await BackUpAsync();
            var second = await BackUpAsync();
            await over.CancelAsync();
            await uploads;

            Assert.InRange(second.GetProperty("copied_files").GetInt64(), 1, second.GetProperty("files").GetInt64() - 6);
            Assert.InRange(second.GetProperty("files").GetInt64(), first.GetProperty("files").GetInt64(), long.MaxValue);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Target, "config.toml")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Target, "tokens.db")));
        Assert.Equal(0, (await PyWharfProcess.RunAsync(["verify", Target, "--audit"])).Succeeded().ExitCode);

        var restored = _folder.At("restored");
        (await ChildProcess.RunAsync(ChildProcess.Describe("/bin/cp", ["-a", Target, restored], []))).Succeeded();
        using (var server = await PyWharfProcess.StartAsync(["server", restored, "--host=127.0.0.1", "--port=0", "--extra_index_url="], []))
        using (var reader = server.Client("ci", token))
        {
            await Eventually.HoldsAsync(async () => await PageAsync(reader) == page);
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            using var again = await writer.PostFileAsync(Wheels.Build("demo", "2.0"));
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        }

        (await PyWharfProcess.RunAsync(["verify", restored, "--audit"])).Succeeded();
    }

    [Fact]
    public async Task A_server_that_was_restored_is_no_earlier_backup()
    {
        await PublishAsync([Wheels.Build("demo", "1.0")]);
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(Target, "job")); // as the first start on it does

        var refused = await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is the folder of a server", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_is_gone_is_told_and_the_backup_keeps_what_it_has()
    {
        await PublishAsync([Wheels.Build("demo", "1.0")]);
        await BackUpAsync();
        Directory.Move(Path.Combine(Root, "cache", ServerFixture.Repository), _folder.At("unmounted"));

        var refused = await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is it mounted?", refused.Stderr, StringComparison.Ordinal);
        (await PyWharfProcess.RunAsync(["verify", Target])).Succeeded();
    }

    [Fact]
    public async Task Killed_in_the_middle_it_is_no_backup_yet_and_the_same_command_finishes_it()
    {
        await PublishAsync(Enumerable.Range(0, 20).Select(number => Wheels.Build("demo", $"1.{number}")));
        using (var held = new FileStream(Path.Combine(Root, "log", "audit.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            // The audit log comes last, and waits for its lock.
            await PyWharfProcess.InterruptAsync(["backup", Root, Target, "--packages"], () => Copied().Count() == 40, signal: 9);
        }

        Assert.False(File.Exists(Path.Combine(Target, "backup.json")));
        var start = await PyWharfProcess.RunAsync(["server", Target, "--port=0"]);
        Assert.Equal(1, start.ExitCode);
        Assert.Contains("it is a backup that was broken off", start.Stderr, StringComparison.Ordinal);
        (await PyWharfProcess.RunAsync(["verify", Target])).Failed().Saying("a backup that was broken off");

        var finished = await BackUpAsync();

        Assert.True(File.Exists(Path.Combine(Target, "backup.json")));
        Assert.InRange(finished.GetProperty("copied_files").GetInt64(), 1, 2); // the audit log, and nothing that was there
        (await PyWharfProcess.RunAsync(["verify", Target, "--audit"])).Succeeded();

        IEnumerable<string> Copied() => Directory.Exists(Path.Combine(Target, "cache"))
            ? Directory.EnumerateFiles(Path.Combine(Target, "cache"), "demo-*", SearchOption.AllDirectories)
            : [];
    }

    [Fact]
    public async Task Without_packages_it_has_records_only_and_what_is_gone_from_the_root_goes_from_it()
    {
        await PublishAsync([Wheels.Build("demo", "1.0"), Wheels.Build("plain", "1.0")]);
        (await PyWharfProcess.RunAsync(["yank", "local", "demo", "1.0", $"--root={Root}"])).Succeeded();
        (await PyWharfProcess.RunAsync(["yank", "local", "plain", "1.0", $"--root={Root}"])).Succeeded();
        File.CreateSymbolicLink(Path.Combine(Root, "cache", "local", "storage", "linked"), "/etc");

        (await PyWharfProcess.RunAsync(["backup", Root, Target])).Succeeded();
        Assert.Equal(["demo/.project.toml", "plain/.project.toml"], Stored());
        var verified = (await PyWharfProcess.RunAsync(["verify", Target])).Succeeded();
        verified.Saying("local: 0 files with 0 bytes were read: no fault").Saying("note: local: this is a backup without packages, so no package was verified");

        Directory.Delete(Path.Combine(Root, "cache", "local", "storage", "plain"), recursive: true);
        (await PyWharfProcess.RunAsync(["backup", Root, Target])).Succeeded().Saying("1 that are gone were removed");
        Assert.Equal(["demo/.project.toml"], Stored());

        (await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages"])).Succeeded();
        Assert.Equal(["demo/.project.toml", "demo/demo-1.0-py3-none-any.whl", "demo/demo-1.0-py3-none-any.whl.meta"], Stored());
        (await PyWharfProcess.RunAsync(["backup", Root, Target])).Failed().Saying("add --packages");
        Assert.DoesNotContain("without packages", (await PyWharfProcess.RunAsync(["verify", Target])).Succeeded().Stdout, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(Root, "cache", "local", "storage"), recursive: true);
        Directory.CreateDirectory(Path.Combine(Root, "cache", "local", "storage"));
        (await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages"])).Failed().Saying("is the storage mounted?");
        Assert.Equal(3, Stored().Count);
    }

    [Fact]
    public async Task It_writes_nowhere_but_into_a_folder_of_its_own()
    {
        await PublishAsync([Wheels.Build("demo", "1.0")]);
        var elsewhere = _folder.At("elsewhere", "file");
        await File.WriteAllTextAsync(elsewhere, "theirs");

        (await PyWharfProcess.RunAsync(["backup", Root, Path.GetDirectoryName(elsewhere) ?? ""])).Failed().Saying("is neither empty nor an earlier backup");
        (await PyWharfProcess.RunAsync(["backup", Root, Path.Combine(Root, "backup")])).Failed().Saying("are one in the other");
        (await PyWharfProcess.RunAsync(["backup", _folder.At("nowhere"), Target])).Failed().Saying("there is no folder");

        await BackUpAsync();
        Directory.Delete(Path.Combine(Target, "cache"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(Target, "cache"), Path.GetDirectoryName(elsewhere) ?? "");
        (await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages"])).Failed().Saying("is no folder");
        Assert.Equal([elsewhere], Directory.GetFileSystemEntries(Path.GetDirectoryName(elsewhere) ?? ""));
    }

    [FactWhen(Needs.Mount)]
    public async Task A_full_disk_is_told_and_the_backup_goes_on_when_there_is_room()
    {
        await PublishAsync([Wheels.Build("demo", "1.0", payload: 1_500_000, random: true)]);
        using var disk = await TinyDisk.MountAsync(4);
        disk.FillBut(500_000);
        var target = Path.Combine(disk.Path, "backup");

        var full = await PyWharfProcess.RunAsync(["backup", Root, target, "--packages"]);
        Assert.Equal((1, ""), (full.ExitCode, full.Stdout));
        full.Saying("is full, so the backup is not whole");

        disk.Free();
        (await PyWharfProcess.RunAsync(["backup", Root, target, "--packages"])).Succeeded();
        (await PyWharfProcess.RunAsync(["verify", target])).Succeeded();
    }

    private static async Task UploadAsync(HttpClient writer, CancellationToken over)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            await writer.PublishAsync(Wheels.Build("busy", $"1.{number}"));
        }
    }

    private static Task<string> PageAsync(HttpClient client) => client.GetStringAsync(new Uri("simple/demo/?format=application/vnd.pypi.simple.v1%2Bjson", UriKind.Relative));

    private async Task PublishAsync(IEnumerable<Distribution> files)
    {
        using var server = await PyWharfProcess.StartAsync(Root, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(files);
        Assert.Equal(0, await server.TerminateAsync());
    }

    private async Task<JsonElement> BackUpAsync()
    {
        var result = (await PyWharfProcess.RunAsync(["backup", Root, Target, "--packages", "--json"])).Succeeded();

        return JsonDocument.Parse(result.Stdout).RootElement;
    }

    private List<string> Stored()
    {
        var storage = Path.Combine(Target, "cache", "local", "storage");

        return [.. Directory.EnumerateFiles(storage, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(storage, path)).Order(StringComparer.Ordinal)];
    }
}
