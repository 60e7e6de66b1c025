using Amazon.S3;
using Amazon.S3.Model;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Documentation;

/// <summary>Runs the commands of docs/scale.md on PostgreSQL and Ceph, with hosts and folders replaced.</summary>
public sealed class ScaleGuideTests : IDisposable
{
    private const string Config = "[team]\ntype = \"file_system\"\nread_secret = \"read-me\"\nwrite_secret = \"write-me\"\n";

    private static readonly Guide Page = Guide.All.Single(guide => guide.Path == "docs/scale.md");

    private readonly TempFolder _folder = new();
    private readonly string _prefix = $"{Guid.NewGuid():N}";

    [FactWhen(Needs.PostgreSql, Needs.Ceph, Needs.Sqlite)]
    public async Task One_server_becomes_several_with_its_packages_and_tokens_and_comes_back_from_a_dump()
    {
        var (ceph, engine) = (await Ceph.OfThisRunAsync(), await PostgreSqlEngine.SharedAsync());
        string token, page;
        using (var before = await PyWharfProcess.StartAsync(_folder.At("root"), Config))
        using (var writer = before.Client("team", "write-me"))
        {
            await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"));
            (await writer.PutAsync(new Uri("api/projects/demo/versions/1.0/yank", UriKind.Relative), new StringContent("{\"reason\": \"broken\"}"))).EnsureSuccessStatusCode();
            token = (await PyWharfProcess.RunAsync(["token", "new", "team", "ci", "--permission=write", "--expires=90d", $"--root={_folder.At("root")}"])).Succeeded().Stdout
                .Split('\n').Select(line => line.Trim()).First(line => line.StartsWith("pywharf", StringComparison.Ordinal) || line.StartsWith("pyw", StringComparison.Ordinal));
            page = (await writer.ProjectAsync("demo")).ToString();
            Assert.Equal(0, await before.TerminateAsync());
        }

        var password = (await ShellAsync(
            Block("CREATE ROLE").Replace("--host=db.example.com --username=postgres", $"\"{engine.Url("postgres")}\"", StringComparison.Ordinal) + "echo \"=$PASSWORD\"")).Succeeded().Stdout.Split('=')[^1].Trim();
        var database = $"postgresql://pywharf:{password}@127.0.0.1:{engine.Port}/pywharf";
        await CopyAsync(ceph);

        using (var server = await StartAsync(ceph, database))
        using (var reader = server.Client("team", "read-me"))
        using (var ci = server.Client("ci", token))
        {
            await Eventually.HoldsAsync(async () => (await reader.ProjectAsync("demo")).ToString() == page);
            (await ShellAsync(Block("sqlite3").Replace("/srv/pywharf", _folder.At("root"), StringComparison.Ordinal), database)).Succeeded();
            await Eventually.HoldsAsync(async () => (await ci.GetAsync("simple/demo/")).IsSuccessStatusCode);
            (await ShellAsync(Block("pg_dump"), database)).Succeeded();
            Assert.Equal(0, await server.TerminateAsync());
        }

        (await ShellAsync(Block("pg_restore"), database)).Succeeded();
        using var restored = await StartAsync(ceph, database);
        using var known = restored.Client("ci", token);
        await Eventually.HoldsAsync(async () => (await known.GetAsync("simple/demo/")).IsSuccessStatusCode && (await known.ProjectAsync("demo")).ToString() == page);
    }

    [Theory]
    [InlineData("systemd/pywharf.service", "--host=10.0.0.11 --port=8888 --trusted_proxy=10.0.0.5")]
    [InlineData("nginx/pywharf.conf", "server 10.0.0.11:8888 |server 10.0.0.12:8888 |server 10.0.0.13:8888 ")]
    [InlineData("haproxy/haproxy.cfg", " 10.0.0.11:8888 | 10.0.0.12:8888 | 10.0.0.13:8888 ")]
    public async Task Files_of_deploy_become_those_of_several_machines(string file, string parts)
    {
        var command = Page.Blocks("shell").SelectMany(block => block.Split('\n')).Single(line => line.StartsWith("sed ", StringComparison.Ordinal) && line.Contains($"deploy/{file}", StringComparison.Ordinal));

        var written = (await ShellAsync(command.Split('>')[0].Replace("deploy/", RepositoryRoot.At("deploy") + "/", StringComparison.Ordinal))).Succeeded().Stdout;

        Assert.All(parts.Split('|'), part => Assert.Contains(part, written, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string Block(string part) => Page.Blocks("shell").Single(block => block.Contains(part, StringComparison.Ordinal));

    /// <summary>What «aws s3 sync» does, with what the guide excludes.</summary>
    private async Task CopyAsync(Ceph ceph)
    {
        Assert.Contains(Page.Blocks("shell"), block => block.Contains("--exclude=\".staging/*\" --exclude=index.toml", StringComparison.Ordinal));
        var storage = _folder.At("root", "cache", "team", "storage");
        using var client = ceph.Client();
        foreach (var file in Directory.GetFiles(storage, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(storage, file);
            if (name != "index.toml" && !name.StartsWith(".staging/", StringComparison.Ordinal))
            {
                await client.PutObjectAsync(new PutObjectRequest { BucketName = Ceph.Bucket, Key = $"{_prefix}/{name}", FilePath = file });
            }
        }
    }

    private async Task<PyWharfProcess> StartAsync(Ceph ceph, string database)
    {
        var config = Page.Blocks("toml").Single().Replace("bucket = \"acme-packages\"\n", $"bucket = \"{Ceph.Bucket}\"\nprefix = \"{_prefix}\"\nendpoint_url = \"{ceph.Url}\"\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.At("config.toml"), config);

        return await PyWharfProcess.StartAsync(
            ["server", _folder.At("new-root"), $"--config={_folder.At("config.toml")}", "--host=127.0.0.1", "--port=0", "--extra_index_url="],
            [
                ("PYWHARF_DATABASE", database), ("PYWHARF_S3_ACCESS_KEY", Ceph.AccessKey), ("PYWHARF_S3_SECRET_KEY", Ceph.SecretKey),
                ("TEAM_READ", "read-me"), ("TEAM_WRITE", "write-me"),
            ]);
    }

    private Task<ProcessResult> ShellAsync(string lines, string? database = null) => ChildProcess.RunAsync(ChildProcess.Describe(
        "/bin/bash",
        ["-e", "-o", "pipefail", "-c", $"cd {_folder.Path}\n{lines}"],
        [("PATH", $"{PostgreSqlEngine.Programs}:/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("PYWHARF_DATABASE", database ?? "")]));
}
