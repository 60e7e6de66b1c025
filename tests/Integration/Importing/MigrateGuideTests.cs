using System.Text.RegularExpressions;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.Importing;

/// <summary>Runs the commands of docs/migrate.md in their order, with the addresses and folders replaced.</summary>
public sealed class MigrateGuideTests : IDisposable
{
    // It writes what devpi-export of devpi-server writes.
    private const string DevpiExport = """
        #!/bin/sh
        test "$1" = --serverdir && mkdir -p "$3/alice/prod/devpi-thing/1.0" && cp "$2/devpi_thing-1.0-py3-none-any.whl" "$3/alice/prod/devpi-thing/1.0/" && cat > "$3/dataindex.json" <<END
        {"dumpversion": "2", "users": {}, "indexes": {"alice/prod": {"indexconfig": {"type": "stage"}, "projects": {}, "files": [
          {"type": "releasefile", "projectname": "devpi-thing", "version": "1.0", "relpath": "alice/prod/devpi-thing/1.0/devpi_thing-1.0-py3-none-any.whl", "entrymapping": {}}]}}}
        END
        """;

    private readonly PythonUser _user = new();
    private readonly Queue<string> _blocks = new(
        Regex.Matches(File.ReadAllText(RepositoryRoot.At("docs", "migrate.md")), "^```shell\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value));

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task Every_command_does_what_the_guide_says()
    {
        await using var index = await SourceServer.StartAsync();
        await using var github = await FakeGitHub.StartAsync();
        var token = github.AddToken(github.AddRepository("acme/packages"), Role.Push);
        await File.WriteAllTextAsync(_user.At("root", "config.toml"), Config);
        await File.WriteAllTextAsync(
            _user.At("etc", "config.toml"), $"{Config}[on-github]\ntype = \"github\"\nowner = \"acme\"\nrepo = \"packages\"\nbranch = \"main\"\napi_url = \"{github.ApiUrl}\"\n");
        await File.WriteAllTextAsync(_user.At("etc", "admin_secret.toml"), $"[on-github]\ntype = \"github\"\nraw = \"{token.Value}\"\n");
        Wheels.Build("folder-thing", "1.0").WriteTo(_user.At("packages"));
        Wheels.Build("original-thing", "1.0").WriteTo(_user.At("old-root", "cache", "team", "storage", "original-thing"));
        Wheels.Build("pypiserver-thing", "1.0").WriteTo(_user.At("pypiserver", "packages"));
        Wheels.Build("devpi-thing", "1.0").WriteTo(_user.At("devpi"));
        await File.WriteAllTextAsync(_user.At("bin", "devpi-export"), DevpiExport);
        index.AddPage("/simple/", "<a href=\"index-thing/\">index-thing</a>");
        foreach (var name in (string[])["index-thing", "requests", "certifi"])
        {
            var file = Wheels.Build(name, "1.0");
            index.AddPage($"/simple/{name}/", $"<a href=\"{file.Filename}#sha256={file.Sha256}\">{file.Filename}</a>");
            index.AddFile($"/simple/{name}/{file.Filename}", file.Content);
        }

        var first = (await PasteAsync(index)).Succeeded().Stdout;
        Assert.Contains("1 files would be imported", first, StringComparison.Ordinal);
        Assert.Contains("1 files imported", first, StringComparison.Ordinal);
        foreach (var _ in (string[])["the original", "pypiserver", "devpi", "an index"])
        {
            Assert.Contains("1 files imported", (await PasteAsync(index)).Succeeded().Stdout, StringComparison.Ordinal);
        }

        Assert.Contains(index.Requests, request => request.Authorization == $"{PyWharfProcess.Basic("alice", "…")}");
        Assert.Contains("2 files imported", (await PasteAsync(index)).Succeeded().Stdout, StringComparison.Ordinal);

        // GitHub takes one write a second.
        var moved = _blocks.Dequeue().Replace("on-github team ", "on-github team --projects=folder-thing ", StringComparison.Ordinal);
        Assert.Contains("1 files imported", (await PasteAsync(index, moved)).Succeeded().Stdout, StringComparison.Ordinal);
        (await PasteAsync(index)).Succeeded();
        Assert.Empty(_blocks);
    }

    private static string Config => "[team]\ntype = \"file_system\"\nread_secret = \"read-me\"\nwrite_secret = \"write-me\"\n";

    private Task<ProcessResult> PasteAsync(SourceServer index, string? lines = null) => _user.RunAsync(
        "/bin/bash",
        [
            "-e",
            "-c",
            (lines ?? _blocks.Dequeue()).Replace("https://pypi.old.example.com/", index.Address.AbsoluteUri, StringComparison.Ordinal)
                .Replace("https://pypi.org/", index.Address.AbsoluteUri, StringComparison.Ordinal)
                .Replace("devpi-export --serverdir", $"/bin/sh {_user.At("bin", "devpi-export")} --serverdir", StringComparison.Ordinal)
                .Replace("/srv/pywharf", _user.At("root"), StringComparison.Ordinal)
                .Replace("/srv/devpi-export", _user.At("export", "all"), StringComparison.Ordinal)
                .Replace("/var/lib/devpi", _user.At("devpi"), StringComparison.Ordinal)
                .Replace("/var/lib/pypiserver", _user.At("pypiserver"), StringComparison.Ordinal)
                .Replace("/old-root", _user.At("old-root"), StringComparison.Ordinal)
                .Replace("/etc/pywharf", _user.At("etc"), StringComparison.Ordinal),
        ],
        [("PATH", $"{AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin")]);
}
