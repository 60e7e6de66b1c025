using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Quickstart;

/// <summary>What docs/install.md says to paste for a backup and for getting it back.</summary>
public sealed partial class InstallGuideTests : IDisposable
{
    private const string Config = "[team]\ntype = \"file_system\"\nread_secret = \"read-me\"\nwrite_secret = \"write-me\"\n";

    private readonly PythonUser _user = new();

    [Fact]
    public async Task A_backup_of_a_running_server_brings_everything_back()
    {
        Directory.CreateDirectory(_user.At("backup"));
        var blocks = Blocks().Matches(await File.ReadAllTextAsync(RepositoryRoot.At("docs", "install.md")))
            .Select(match => match.Groups[1].Value).Where(block => block.Contains("/backup/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, blocks.Count);

        string page;
        using (var server = await PyWharfProcess.StartAsync(_user.At("root"), Config))
        using (var writer = server.Client("team", "write-me"))
        {
            await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Wheels.Build("demo", "3.0"));
            (await writer.PutAsync("api/projects/demo/versions/1.0/yank", new StringContent("{\"reason\": \"broken\"}"))).EnsureSuccessStatusCode();
            (await writer.DeleteAsync("api/projects/demo/versions/2.0")).EnsureSuccessStatusCode();
            page = await ReadAsync(writer);

            (await PasteAsync(blocks[0], "root")).Succeeded();
        }

        (await PasteAsync(blocks[1], "restored")).Succeeded();
        using var restored = await PyWharfProcess.StartAsync(["server", _user.At("restored"), "--host=127.0.0.1", "--port=0", "--extra_index_url="], []);
        using var reader = restored.Client("team", "write-me");

        // The backup has no catalog: the background reads the metadata of the wheels again.
        await Eventually.HoldsAsync(async () => await ReadAsync(reader) == page);
        Assert.Contains("\"yanked\":\"broken\"", page, StringComparison.Ordinal);
        Assert.Contains("demo-2.0-py3-none-any.whl", await reader.GetStringAsync("api/projects/demo"), StringComparison.Ordinal);
        (await reader.GetAsync("simple/demo/demo-3.0-py3-none-any.whl")).EnsureSuccessStatusCode();
    }

    public void Dispose() => _user.Dispose();

    private Task<ProcessResult> PasteAsync(string lines, string root) => _user.RunAsync("/bin/bash", ["-e", "-c", lines
        .Replace("/srv/pywharf", _user.At(root), StringComparison.Ordinal)
        .Replace("/backup/", _user.At("backup") + "/", StringComparison.Ordinal)]);

    private static Task<string> ReadAsync(HttpClient client) =>
        client.GetStringAsync("simple/demo/?format=application/vnd.pypi.simple.v1%2Bjson");

    [GeneratedRegex("^```shell\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
