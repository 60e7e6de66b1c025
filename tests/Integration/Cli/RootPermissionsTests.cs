using System.Runtime.Versioning;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

/// <summary>Who else on the machine can read what lies in ROOT.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RootPermissionsTests : IDisposable
{
    private const UnixFileMode NobodyElse = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;

    private const UnixFileMode NoGroup = NobodyElse | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private readonly TempFolder _folder = new();

    private string Root => Path.Combine(_folder.Path, "root");

    [Fact]
    public async Task A_root_that_the_server_makes_is_closed_to_others_and_only_packages_are_open_to_the_group()
    {
        using var server = await StartAsync();
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);

        Assert.All(Everything(), path => AssertHasNot(path, NobodyElse));
        Assert.Contains(Everything(), path => path.EndsWith("catalog.db-wal", StringComparison.Ordinal));
        Assert.All((string[])["index", "lock", "log", "job"], part => AssertHasNot(Path.Combine(Root, part), NoGroup));
        Assert.True(File.GetUnixFileMode(Path.Combine(Root, "cache", "local", "storage", "demo", "demo-1.0-py3-none-any.whl")).HasFlag(UnixFileMode.GroupRead));
    }

    /// <summary>The program sets its own mask: sh has taken it away.</summary>
    [Fact]
    public async Task A_mask_that_keeps_nobody_out_does_not_count()
    {
        foreach (var folder in (string[])[Root, Path.Combine(Root, "cache"), Path.Combine(Root, "cache", "local"), Path.Combine(Root, "cache", "local", "storage")])
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config);
        File.SetUnixFileMode(Path.Combine(Root, "config.toml"), UnixFileMode.UserRead);

        var ended = await PyWharfProcess.RunUnmaskedAsync(["status", "local", "demo", $"--root={Root}"]);

        Assert.Contains("There is no project demo", ended.Stderr, StringComparison.Ordinal);
        Assert.Contains(Everything(), path => path.EndsWith("catalog.db", StringComparison.Ordinal));
        Assert.All(Everything(), path => AssertHasNot(path, NobodyElse));
    }

    [Fact]
    public async Task A_root_that_was_open_is_closed_by_the_next_start()
    {
        foreach (var part in (string[])["index", "lock", "log", "job", "cache"])
        {
            Directory.CreateDirectory(Path.Combine(Root, part));
            File.SetUnixFileMode(Path.Combine(Root, part), (UnixFileMode)0x1FF); // 0777
        }

        using var server = await StartAsync();

        Assert.All((string[])["index", "lock", "log", "job"], part => AssertHasNot(Path.Combine(Root, part), NoGroup));
        Assert.Equal((UnixFileMode)0x1F8, File.GetUnixFileMode(Path.Combine(Root, "cache"))); // 0770: a group may have been let in
    }

    public void Dispose() => _folder.Dispose();

    private Task<PyWharfProcess> StartAsync()
    {
        var config = _folder.At("config.toml");
        File.WriteAllText(config, ServerFixture.Config);

        return PyWharfProcess.StartAsync(["server", Root, "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={config}"], []);
    }

    private IEnumerable<string> Everything() => Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Append(Root);

    private static void AssertHasNot(string path, UnixFileMode mode) =>
        Assert.True((File.GetUnixFileMode(path) & mode) == 0, $"{path}: {File.GetUnixFileMode(path)}");
}
