using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

/// <summary>Runs the commands of docs/access.md in their order, with the addresses and folders replaced.</summary>
public sealed class AccessGuideTests : IDisposable
{
    private readonly PythonUser _user = new();
    private readonly TempFolder _root = new();
    private readonly TempFolder _secrets = new();
    private readonly string _guide = File.ReadAllText(RepositoryRoot.At("docs", "access.md"));

    public void Dispose()
    {
        _user.Dispose();
        _root.Dispose();
        _secrets.Dispose();
    }

    [FactWhen(Needs.Twine, Needs.Venv, Needs.Curl)]
    public async Task Every_command_does_what_the_guide_says()
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        await File.WriteAllTextAsync(_secrets.At("team-write"), "wr1te\n");
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config());
        using var writer = server.Client("team", "wr1te");
        (await writer.UploadAsync(Wheels.Build("your-package", "1.0"))).With(200);
        var blocks = new Queue<string>(Blocks("shell"));

        // A token for a person: printed once, and good for pip.
        var alice = (await PasteAsync(server, python, blocks.Dequeue())).Succeeded().Stdout.Trim();
        await OpensAsync(server, alice);
        (await PasteAsync(server, python, blocks.Dequeue(), ("TOKEN", alice))).Succeeded();

        // One for a CI job, listed and revoked.
        Wheels.Build("billing-client", "1.0").WriteTo(_user.At("dist"));
        (await PasteAsync(server, python, blocks.Dequeue())).Succeeded();
        Assert.Equal(["billing_client-1.0-py3-none-any.whl"], await writer.FilenamesAsync("billing-client"));
        var listed = (await PasteAsync(server, python, blocks.Dequeue())).Succeeded();
        Assert.Contains("ci-billing", listed.Stdout, StringComparison.Ordinal);

        // Over HTTP.
        var admin = (await PasteAsync(server, python, "pywharf token new team root --permission=admin --root=/srv/pywharf")).Succeeded().Stdout.Trim();
        await OpensAsync(server, admin);
        var made = (await PasteAsync(server, python, blocks.Dequeue(), ("ADMIN_TOKEN", admin))).Succeeded();
        Assert.Contains("ci-shipping", made.Stdout, StringComparison.Ordinal);

        // One for the configuration, which is read again.
        var table = blocks.Dequeue();
        var printed = (await PasteAsync(server, python, table.Replace("config.toml", _root.At("config.toml"), StringComparison.Ordinal))).Succeeded();
        var mirror = Regex.Match(printed.Stderr, "pyw_[0-9A-Za-z]{38}").Value;
        server.Send(PyWharfProcess.SigHup);
        await OpensAsync(server, mirror);

        // Rotation of a secret in a file.
        (await PasteAsync(server, python, blocks.Dequeue())).Succeeded();
        using var rotated = server.Client("team", (await File.ReadAllTextAsync(_secrets.At("team-write"))).TrimEnd('\n'));
        await Eventually.HoldsAsync(async () => (await rotated.AskAsync("/simple/")).Status == 200);
        (await writer.AskAsync("/simple/")).With(401);

        // The audit log.
        Assert.Contains("lines", (await PasteAsync(server, python, blocks.Dequeue())).Succeeded().Stdout, StringComparison.Ordinal);
        var events = (await PasteAsync(server, python, blocks.Dequeue(), ("ADMIN_TOKEN", admin))).Succeeded();
        Assert.Contains("\"name\":\"ci-billing\"", events.Stdout.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(blocks);
    }

    private string Config() => Blocks("toml").Single(block => block.Contains("write_secret_file", StringComparison.Ordinal))
        .Replace("/run/secrets/", _secrets.Path + "/", StringComparison.Ordinal);

    private IEnumerable<string> Blocks(string language) =>
        Regex.Matches(_guide, $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    /// <summary>A running server knows a new token within two seconds.</summary>
    private static async Task OpensAsync(PyWharfProcess server, string token)
    {
        using var client = server.Client("__token__", token);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 200);
    }

    private Task<ProcessResult> PasteAsync(PyWharfProcess server, string python, string lines, params (string Name, string Value)[] variables) => _user.RunAsync(
        "/bin/bash",
        [
            "-e",
            "-c",
            lines.Replace("https://pypi.example.com", server.BaseAddress.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
                .Replace("https://__token__:$TOKEN@pypi.example.com", $"http://__token__:$TOKEN@{server.BaseAddress.Authority}", StringComparison.Ordinal)
                .Replace("/srv/pywharf", _root.Path, StringComparison.Ordinal)
                .Replace("/run/secrets/", _secrets.Path + "/", StringComparison.Ordinal)
                .Replace("pkill -HUP -f \"[p]ywharf server\"", $"kill -HUP {server.Id}", StringComparison.Ordinal),
        ],
        [("PATH", $"{Path.GetDirectoryName(python)}:{Path.GetDirectoryName(PythonClients.Twine)}:{AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin"), .. variables]);
}
