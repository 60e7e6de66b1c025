using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary><c>pywharf import REPOSITORY FOLDER</c>: a pypiserver folder, or any tree.</summary>
public sealed class FolderImportTests : ImportTests
{
    private static readonly DateTime Then = new(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [Fact]
    public async Task Files_of_a_tree_arrive_with_their_times_and_what_is_no_distribution_is_passed_over()
    {
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.8");
        var sdist = Sdists.Build("other", "2.0");
        Put(wheel, "flat");
        Put(sdist, Path.Combine("a", "b", "c"));
        await File.WriteAllTextAsync(Path.Combine(Source, "README.txt"), "Packages of the team");
        await File.WriteAllTextAsync(Path.Combine(Source, "flat", wheel.Filename + ".asc"), "signature");

        var ended = (await ImportAsync(Source)).Succeeded();

        Assert.Equal($"local: 2 files imported ({wheel.Content.Length + sdist.Content.Length} bytes), 0 were there already, 0 refused, 2 passed over as no distributions\n", ended.Stdout);
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Equal(["demo", "other"], await reader.ReadProjectsAsync());
        await reader.AssertOffersAsync("demo", wheel.Filename);
        await reader.AssertOffersAsync("other", sdist.Filename);
        var listed = FileOf(await reader.ProjectAsync("demo"), wheel.Filename);
        Assert.Equal("2020-02-03T04:05:06.000000Z", listed.GetProperty("upload-time").GetString());
        Assert.Equal(">=3.8", listed.GetProperty("requires-python").GetString());
        Assert.Equal(wheel.MetadataSha256, listed.GetProperty("core-metadata").GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_running_server_lists_what_is_imported_and_the_audit_log_has_it_as_a_command()
    {
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var wheel = Wheels.Build("demo", "1.0");
        Put(wheel);

        (await ImportAsync(Source)).Succeeded();

        await Eventually.HoldsAsync(async () => (await reader.ReadProjectsAsync()).Contains("demo"));
        await reader.AssertOffersAsync("demo", wheel.Filename);
        var line = (await File.ReadAllLinesAsync(Path.Combine(Root, "log", "audit.jsonl"))).Single(line => line.Contains("\"publish\"", StringComparison.Ordinal));
        Assert.Contains("\"kind\":\"command\"", line, StringComparison.Ordinal);
        Assert.Contains(wheel.Sha256, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_refused_as_one_also_where_its_file_is_published_already()
    {
        var wheel = Wheels.Build("demo", "1.0");
        Put(wheel);
        (await ImportAsync(Source)).Succeeded();
        var path = Path.Combine(Source, wheel.Filename);
        var elsewhere = wheel.WriteTo(Path.Combine(Root, "elsewhere"));
        File.Delete(path);
        File.CreateSymbolicLink(path, elsewhere);

        var ended = await ImportAsync(Source);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("It is a symbolic link", ended.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_file_is_in_the_table_with_the_words_of_an_upload_and_all_others_arrive()
    {
        Put(Wheels.Build("demo", "1.0"));
        Put(Wheels.Build("demo", "2.0") with { Content = "no archive"u8.ToArray() });
        Put(Wheels.Build("demo", "3.0") with { Filename = "not_a_wheel.whl" });
        Put(Wheels.Build("demo", "4.0") with { Filename = "demo-5.0-py3-none-any.whl" });
        var outside = Wheels.Build("outside", "1.0").WriteTo(Path.Combine(Root, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(Source, Path.GetFileName(outside)), outside);
        Directory.CreateSymbolicLink(Path.Combine(Source, "folder"), Path.Combine(Root, "elsewhere"));

        var ended = (await ImportAsync(Source)).Failed();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("1 files imported", ended.Stdout, StringComparison.Ordinal);
        Assert.Contains("4 refused", ended.Stdout, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^demo-2\.0-py3-none-any\.whl +The file is named like ", ended.Stdout);
        Assert.Matches(@"(?m)^not_a_wheel\.whl +The name of the file is neither a wheel's", ended.Stdout);
        Assert.Matches(@"(?m)^demo-5\.0-py3-none-any\.whl +", ended.Stdout);
        Assert.Matches(@"(?m)^outside-1\.0-py3-none-any\.whl +It is a symbolic link", ended.Stdout);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], Directory.EnumerateFiles(Storage, "*.whl", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Other_bytes_under_a_published_name_are_refused_and_the_same_are_passed_over()
    {
        Put(Wheels.Build("demo", "1.0"));
        Put(Wheels.Build("demo", "2.0"));
        Assert.Equal((2, 0, 0), Numbers(await ImportJsonAsync(Source)));
        Put(Wheels.Build("demo", "2.0", payload: 100));
        Put(Wheels.Build("demo", "3.0"));

        var report = await ImportJsonAsync(Source);

        Assert.Equal((1, 1, 1), Numbers(report));
        var refused = report.GetProperty("refused")[0];
        Assert.Equal(("demo", "demo-2.0-py3-none-any.whl"), (refused.GetProperty("project").GetString(), refused.GetProperty("filename").GetString()));
        Assert.Contains("never changes", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_changes_nothing()
    {
        Put(Wheels.Build("demo", "1.0"));
        Put(Wheels.Build("other", "1.0"));

        var report = await ImportJsonAsync(Source, "--dry_run", "--projects=dem*");

        Assert.Equal((1, 0, 0), Numbers(report));
        Assert.True(report.GetProperty("dry_run").GetBoolean());
        Assert.Equal(["config.toml"], Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName));

        Assert.Equal((1, 0, 0), Numbers(await ImportJsonAsync(Source, "--projects=Dem?")));
        report = await ImportJsonAsync(Source, "--dry_run");
        Assert.Equal((1, 1, 0), Numbers(report));
        Assert.Single(Directory.EnumerateFiles(Storage, "*.whl", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_policy_of_the_repository_decides_about_old_names_and_its_limit_about_sizes()
    {
        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config + "max_file_bytes = 20000\n[local.policy]\nallow_legacy_sdist_names = false\n");
        Put(Sdists.Build("demo", "1.0", zip: true));
        Put(Sdists.Build("demo", "2.0"));
        Put(Wheels.Build("demo", "3.0", payload: 30_000, random: true));

        var report = await ImportJsonAsync(Source);

        Assert.Equal((1, 0, 2), Numbers(report));
        var reasons = report.GetProperty("refused").EnumerateArray().Select(refused => refused.GetProperty("reason").GetString() ?? "").ToList();
        Assert.Contains(reasons, reason => reason.Contains("today's tools call it demo-1.0.tar.gz", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("larger than the 20000 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_configuration_the_import_may_come_before_the_first_start_of_the_server()
    {
        Put(Wheels.Build("demo", "1.0"));
        var root = Path.Combine(Source, "new", "root");
        string[] command = ["import", "local", Source, $"--root={root}"];

        (await PyWharfProcess.RunAsync(command)).Failed().Saying("--root names the server's root folder");
        (await PyWharfProcess.RunAsync([.. command, $"--config={Path.Combine(Root, "config.toml")}"])).Succeeded().Saying("1 files imported");

        using var server = await PyWharfProcess.StartAsync(root, ServerFixture.Config);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await reader.AssertOffersAsync("demo", "demo-1.0-py3-none-any.whl");
    }

    [Fact]
    public async Task A_deleted_file_is_not_brought_back()
    {
        Put(Wheels.Build("demo", "1.0"));
        Put(Wheels.Build("demo", "2.0"));
        (await ImportAsync(Source)).Succeeded();
        (await PyWharfProcess.RunAsync(["delete", "local", "demo", "1.0", $"--root={Root}", "--yes"])).Succeeded();

        var ended = (await ImportAsync(Source)).Failed();

        Assert.Contains("what was deleted never comes back", ended.Stdout, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Storage, "*.whl", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_storage_of_pywharf_brings_times_uploaders_yanks_and_deletions_along()
    {
        string[] versions = ["1.0", "2.0", "3.0", "4.0"];
        using (var server = await PyWharfProcess.StartAsync(Source, ServerFixture.Config))
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            await writer.PublishAsync(versions.Select(version => Wheels.Build("demo", version)));
            (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
            (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/3.0")).With(200);
        }

        await File.WriteAllBytesAsync(Path.Combine(Source, "cache", "local", "storage", "demo", "demo-3.0-py3-none-any.whl"), Wheels.Build("demo", "3.0").Content);
        var meta = Path.Combine(Source, "cache", "local", "storage", "demo", "demo-2.0-py3-none-any.whl.meta");
        await File.WriteAllTextAsync(meta, Regex.Replace(await File.ReadAllTextAsync(meta), "upload_time = .*", "upload_time = \"2019-08-07T06:05:04.123456Z\""));

        Assert.Equal((3, 0, 0), Numbers(await ImportJsonAsync(Path.Combine(Source, "cache", "local", "storage"))));
        Assert.Contains("uploaded_by = \"write secret\"", await File.ReadAllTextAsync(Path.Combine(Storage, "demo", "demo-1.0-py3-none-any.whl.meta")), StringComparison.Ordinal);

        using var imported = await ServeAsync();
        using var reader = imported.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var page = await reader.ProjectAsync("demo");
        Assert.True(FileOf(page, "demo-1.0-py3-none-any.whl").GetProperty("yanked").GetBoolean());
        Assert.Equal("2019-08-07T06:05:04.123456Z", FileOf(page, "demo-2.0-py3-none-any.whl").GetProperty("upload-time").GetString());
        Assert.Equal(3, page.GetProperty("files").GetArrayLength());
    }

    [FactWhen(Needs.Soak)]
    public async Task Ten_thousand_files_take_minutes_and_little_memory()
    {
        foreach (var number in Enumerable.Range(0, 10_000))
        {
            Put(Wheels.Build($"project-{number % 500}", $"1.{number}"));
        }

        Assert.Equal((10_000, 0, 0), Numbers(await ImportJsonAsync(Source)));
        Assert.Equal((0, 10_000, 0), Numbers(await ImportJsonAsync(Source)));
    }

    [Theory]
    [InlineData("local", "no-such-folder", "there is no folder no-such-folder")]
    [InlineData("nobody", "/", "has no repository nobody; it has local")]
    [InlineData("no/name", "/", "A repository name consists of")]
    public async Task What_is_not_there_ends_with_one_line(string repository, string source, string reason)
    {
        var failed = await PyWharfProcess.RunAsync(["import", repository, source, $"--root={Root}"]);

        Assert.Equal((1, ""), (failed.ExitCode, failed.Stdout));
        Assert.Contains(reason, Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private void Put(Distribution file, string folder = "") => File.SetLastWriteTimeUtc(file.WriteTo(Path.Combine(Source, folder)), Then);
}
