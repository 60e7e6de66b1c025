using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Verify;

/// <summary><c>pywharf verify</c> on a storage: what it finds, and what it leaves alone.</summary>
public sealed class VerifyStorageTests : IDisposable
{
    private const string Config = ServerFixture.Config + "sync_index_interval = 1\n";

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Beside_a_server_that_takes_uploads_and_deletions_it_raises_no_false_alarm()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(Enumerable.Range(0, 20).Select(number => Wheels.Build("quiet", $"1.{number}")));
        using var over = new CancellationTokenSource();
        var changes = Task.WhenAll(Enumerable.Range(0, 3).Select(lane => ChangeAsync(writer, lane, over.Token)));

        for (var run = 0; run < 2; run++)
        {
            File.WriteAllBytes(StoredAt("quiet", $"quiet-2.{run}-py3-none-any.whl"), Wheels.Build("quiet", $"2.{run}").Content);
            var (exitCode, found) = await VerifyAsync();

            Assert.Empty(Faults(found));
            Assert.Equal(0, exitCode);
            Assert.InRange(found.GetProperty("files").GetInt64(), 20, long.MaxValue);
        }

        await over.CancelAsync();
        await changes;
    }

    [Fact]
    public async Task Every_kind_of_fault_is_named_and_nothing_is_changed()
    {
        await PublishAsync("flipped", "cut", "gone", "host", "guest", "form", "formless", "record", "pipe", "proof", "sound");
        Damage(StoredAt("flipped"), bytes => bytes[100] ^= 1);
        File.WriteAllBytes(StoredAt("cut"), File.ReadAllBytes(StoredAt("cut"))[..50]);
        File.Delete(StoredAt("gone"));
        File.Copy(StoredAt("guest"), StoredAt("host", "guest-1.0-py3-none-any.whl"));
        File.AppendAllText(StoredAt("form") + ".meta", "[[");
        File.WriteAllText(StoredAt("formless") + ".meta", "");
        File.WriteAllText(StoredAt("record", ".project.toml"), "# Kept by pywharf. The last line says that nothing is missing.\nstatus = \"arch");
        OddFile.Put(StoredAt("pipe"), "pipe");
        File.WriteAllText(StoredAt("proof") + ".attestations", "{");
        File.WriteAllBytes(StoredAt("sound", "sound-2.0-py3-none-any.whl"), Wheels.Build("sound", "2.0").Content);
        File.WriteAllText(StoredAt("sound", "README.txt"), "not a distribution");
        var document = Directory.EnumerateFiles(_root.At("index", "local", "metadata"), "*", SearchOption.AllDirectories).First();
        Damage(document, bytes => bytes[0] ^= 1);
        var before = Everything();

        var (exitCode, found) = await VerifyAsync();
        var lines = await PyWharfProcess.RunAsync(["verify", _root.Path]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                $" {document} metadata",
                "cut cut-1.0-py3-none-any.whl digest",
                "flipped flipped-1.0-py3-none-any.whl digest",
                "form form-1.0-py3-none-any.whl.meta metadata",
                "formless formless-1.0-py3-none-any.whl.meta metadata",
                "gone gone-1.0-py3-none-any.whl missing",
                "host guest-1.0-py3-none-any.whl wrong_project",
                "pipe pipe-1.0-py3-none-any.whl unreadable",
                "proof proof-1.0-py3-none-any.whl.attestations metadata",
                "record .project.toml record",
                "sound sound-2.0-py3-none-any.whl index",
            ],
            Faults(found).Select(fault => $"{fault.GetProperty("project")} {fault.GetProperty("file")} {fault.GetProperty("kind")}").Order(StringComparer.Ordinal));
        Assert.All(Faults(found), fault => Assert.Equal("local", fault.GetProperty("repository").GetString()));
        Assert.Equal(1, lines.ExitCode);
        Assert.Equal(Faults(found).Count + 2, lines.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith("nobody uploaded them and no server has listed them yet: 1\n", lines.Stdout, StringComparison.Ordinal);
        Assert.Contains("local: flipped/flipped-1.0-py3-none-any.whl: its bytes are not those that were published: restore it from a backup", lines.Stdout, StringComparison.Ordinal);
        Assert.Contains("bytes were read: 11 faults\n", lines.Stdout, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public async Task A_damaged_index_is_a_fault_and_a_missing_one_a_note()
    {
        await PublishAsync("demo");
        var catalog = _root.At("index", "local", "catalog.db");
        using (var connection = new SqliteConnection($"Data Source={catalog};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE files SET size = 7";
            command.ExecuteNonQuery();
        }

        var (exitCode, found) = await VerifyAsync();
        Assert.Equal((1, "index"), (exitCode, Assert.Single(Faults(found)).GetProperty("kind").GetString()));
        Assert.Contains("pywharf update_index file_system local", Assert.Single(Faults(found)).GetProperty("message").GetString(), StringComparison.Ordinal);

        File.Delete(catalog);
        var without = await PyWharfProcess.RunAsync(["verify", _root.Path]);
        Assert.Equal(0, without.ExitCode);
        Assert.Contains("note: local: there is no index", without.Stdout, StringComparison.Ordinal);
        Assert.False(File.Exists(catalog));
    }

    [Fact]
    public async Task A_file_that_is_gone_shows_after_the_server_has_noticed_too()
    {
        await PublishAsync("demo");
        File.Delete(StoredAt("demo"));
        using (var server = await PyWharfProcess.StartAsync(_root.Path, Config))
        using (var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret))
        {
            await Eventually.HoldsAsync(async () => (await reader.GetAsync(new Uri("simple/demo/", UriKind.Relative))).StatusCode == HttpStatusCode.NotFound);

            var (exitCode, found) = await VerifyAsync();

            Assert.Equal((1, "missing"), (exitCode, Assert.Single(Faults(found)).GetProperty("kind").GetString()));
        }
    }

    [Theory]
    [InlineData("there is no folder", "elsewhere")]
    [InlineData("there is no config.toml", "empty")]
    [InlineData("has no repository nobody", "root", "--repository=nobody")]
    [InlineData("--config", "root", "--config=nowhere.toml")]
    public async Task Where_nothing_can_be_verified_it_says_why(string expected, string root, params string[] flags)
    {
        Directory.CreateDirectory(_root.At("empty"));
        Directory.CreateDirectory(_root.At("root"));
        await File.WriteAllTextAsync(_root.At("root", "config.toml"), Config);

        var result = await PyWharfProcess.RunAsync(["verify", _root.At(root), .. flags]);

        Assert.Equal((1, ""), (result.ExitCode, result.Stdout));
        Assert.Contains(expected, result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_repository_of_several_can_be_verified_and_a_storage_that_is_not_there_is_a_fault()
    {
        await PublishAsync("demo");
        await File.WriteAllTextAsync(_root.At("config.toml"), $"{Config}[other]\ntype = \"file_system\"\n");

        Assert.Equal(0, (await PyWharfProcess.RunAsync(["verify", _root.Path, "--repository=local"])).ExitCode);
        var all = await PyWharfProcess.RunAsync(["verify", _root.Path]);
        Assert.Equal(1, all.ExitCode);
        Assert.Contains("\nother: there is no folder", "\n" + all.Stdout, StringComparison.Ordinal);
    }

    private static async Task ChangeAsync(HttpClient writer, int lane, CancellationToken over)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            await writer.PublishAsync(Wheels.Build($"busy{lane}", $"1.{number}"));
            if (number % 3 == 0)
            {
                (await writer.DeleteAsync(new Uri($"api/projects/busy{lane}/versions/1.{number}", UriKind.Relative), CancellationToken.None)).EnsureSuccessStatusCode();
            }
        }
    }

    private static void Damage(string path, Action<byte[]> damage)
    {
        var bytes = File.ReadAllBytes(path);
        damage(bytes);
        File.WriteAllBytes(path, bytes);
    }

    private static List<JsonElement> Faults(JsonElement found) => [.. found.GetProperty("faults").EnumerateArray()];

    /// <summary>Publishes 1.0 of each project, and stops the server once it has read their metadata.</summary>
    private async Task PublishAsync(params string[] projects)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(projects.Select(project => Wheels.Build(project, "1.0")));
        Assert.Equal(0, await server.TerminateAsync());
    }

    private string StoredAt(string project, string? filename = null) => _root.At("cache", "local", "storage", project, filename ?? $"{project}-1.0-py3-none-any.whl");

    private async Task<(int ExitCode, JsonElement Found)> VerifyAsync()
    {
        var result = await PyWharfProcess.RunAsync(["verify", _root.Path, "--json"]);
        Assert.True(result.Stdout.StartsWith('{'), result.ToString());

        return (result.ExitCode, JsonDocument.Parse(result.Stdout).RootElement);
    }

    private List<string> Everything() =>
    [
        .. new DirectoryInfo(_root.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => $"{entry.FullName} {entry.LastWriteTimeUtc:O}")
            .Order(StringComparer.Ordinal),
    ];
}
