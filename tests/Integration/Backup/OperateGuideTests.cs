using PyWharf.Integration.Documentation;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backup;

/// <summary>Runs the commands of docs/operate.md in their order, with the folders replaced.</summary>
public sealed class OperateGuideTests : IDisposable
{
    private const string Config = "[team]\ntype = \"file_system\"\nread_secret = \"read-me\"\nwrite_secret = \"write-me\"\n";

    private readonly PythonUser _user = new();

    private string Root => _user.At("srv", "pywharf");

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task What_was_backed_up_comes_back()
    {
        foreach (var command in (string[])["systemctl", "chown"])
        {
            File.CreateSymbolicLink(_user.At("bin", command), "/bin/true");
        }

        var blocks = new Queue<string>(Guide.All.Single(guide => guide.Path == "docs/operate.md").Blocks("shell"));
        string page;
        using (var server = await PyWharfProcess.StartAsync(Root, Config))
        using (var writer = server.Client("team", "write-me"))
        {
            await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Wheels.Build("demo", "3.0"));
            (await writer.PutAsync(new Uri("api/projects/demo/versions/1.0/yank", UriKind.Relative), new StringContent("{\"reason\": \"broken\"}"))).EnsureSuccessStatusCode();
            (await writer.DeleteAsync(new Uri("api/projects/demo/versions/2.0", UriKind.Relative))).EnsureSuccessStatusCode();
            page = await PageAsync(writer);

            (await PasteAsync(blocks.Dequeue())).Succeeded().Saying("all is well");
            (await PasteAsync(blocks.Dequeue())).Succeeded().Saying("all of them as they were written");
            await writer.PublishAsync(Wheels.Build("demo", "4.0"));
            Assert.Equal(0, await server.TerminateAsync());
        }

        (await PasteAsync(blocks.Dequeue())).Succeeded().Saying("all is well");
        Assert.Empty(blocks);

        using var restored = await PyWharfProcess.StartAsync(["server", Root, "--host=127.0.0.1", "--port=0", "--extra_index_url="], []);
        using var reader = restored.Client("team", "read-me");

        // Without the cached index the background reads the metadata of the wheels again.
        await Eventually.HoldsAsync(async () => await PageAsync(reader) == page);
        Assert.Contains("demo-2.0-py3-none-any.whl", await reader.GetStringAsync(new Uri("api/projects/demo", UriKind.Relative)), StringComparison.Ordinal);
        (await reader.GetAsync(new Uri("simple/demo/demo-3.0-py3-none-any.whl", UriKind.Relative))).EnsureSuccessStatusCode();
    }

    private static Task<string> PageAsync(HttpClient client) => client.GetStringAsync(new Uri("simple/demo/?format=application/vnd.pypi.simple.v1%2Bjson", UriKind.Relative));

    private Task<ProcessResult> PasteAsync(string lines)
    {
        Directory.CreateDirectory(_user.At("backup"));

        return _user.RunAsync(
            "/bin/bash",
            [
                "-e",
                "-c",
                lines.Replace("/srv/pywharf", Root, StringComparison.Ordinal).Replace("/backup/", _user.At("backup") + "/", StringComparison.Ordinal),
            ],
            ("PATH", $"{_user.At("bin")}:{AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin"),
            ("DOTNET_ROOT", Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? ""));
    }
}
