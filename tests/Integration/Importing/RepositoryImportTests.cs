using Amazon.S3.Model;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.Importing;

/// <summary><c>pywharf import REPOSITORY REPOSITORY</c>: packages move between storages.</summary>
public sealed class RepositoryImportTests : ImportTests
{
    [Fact]
    public async Task Packages_move_to_GitHub_and_back_with_times_yanks_and_statuses()
    {
        await using var github = await FakeGitHub.StartAsync();
        var repository = github.AddRepository("acme/packages");
        var token = github.AddToken(repository, Role.Push);
        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config + $"""
            [remote]
            type = "github"
            owner = "acme"
            repo = "packages"
            branch = "main"
            index = "server"
            api_url = "{github.ApiUrl}"

            [copy]
            type = "file_system"
            read_secret = "r"
            write_secret = "w"
            """);
        var secrets = Path.Combine(Root, "secrets.toml");
        await File.WriteAllTextAsync(secrets, $"[remote]\ntype = \"github\"\nraw = \"{token.Value}\"\n");
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.8");
        File.SetLastWriteTimeUtc(wheel.WriteTo(Source), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        (await ImportAsync(Source)).Succeeded();
        var meta = Path.Combine(Storage, "demo", wheel.Filename + ".meta");
        var known = await File.ReadAllTextAsync(meta);
        Assert.Contains($"uploaded_by = \"{Environment.UserName}\"", known, StringComparison.Ordinal);
        await File.WriteAllTextAsync(meta, known.Replace($"uploaded_by = \"{Environment.UserName}\"", "uploaded_by = \"octocat\"", StringComparison.Ordinal));
        (await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={Root}"])).Succeeded();
        foreach (string[] change in (string[][])[["yank", "local", "demo", wheel.Filename, "--reason=breaks"], ["status", "local", "demo", "archived", "--reason=done"]])
        {
            (await PyWharfProcess.RunAsync([.. change, $"--root={Root}"])).Succeeded();
        }

        (await RunAsync("remote", "local", $"--admin_secret={secrets}")).Succeeded().Saying("1 files imported");
        (await RunAsync("remote", "local", $"--admin_secret={secrets}")).Succeeded().Saying("0 files imported (0 bytes), 1 were there already");
        (await RunAsync("copy", "remote", $"--admin_secret={secrets}", "--dry_run")).Succeeded().Saying("1 files would be imported");
        (await RunAsync("copy", "remote", $"--admin_secret={secrets}")).Succeeded().Saying("1 files imported");

        Assert.Equal(wheel.Content, Assert.Single(repository.Releases).Assets.Single(asset => asset.Name == wheel.Filename).Content);
        Assert.Contains("uploaded_by = \"octocat\"", repository.Releases[0].Body, StringComparison.Ordinal);
        Assert.Contains("uploaded_by = \"octocat\"", await File.ReadAllTextAsync(Path.Combine(Root, "cache", "copy", "storage", "demo", wheel.Filename + ".meta")), StringComparison.Ordinal);
        using var server = await PyWharfProcess.StartAsync(
            ["server", Root, "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={Path.Combine(Root, "config.toml")}", $"--admin_secret={secrets}"], []);
        using var before = server.Client("local", ServerFixture.ReadSecret);
        using var after = server.Client("copy", "r");
        await Eventually.HoldsAsync(async () => (await after.ProjectAsync("demo")).ToString() == (await before.ProjectAsync("demo")).ToString());
        Assert.Contains("2020-02-03T04:05:06.000000Z", (await after.ProjectAsync("demo")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_admin_secret_GitHub_is_not_asked()
    {
        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config + "[remote]\ntype = \"github\"\nowner = \"acme\"\nrepo = \"packages\"\n");

        (await RunAsync("local", "remote")).Failed().Saying("needs an admin secret: --admin_secret names the admin_secret.toml that has it");
        (await RunAsync("local", "local")).Failed().Saying("local is the repository itself: ./local is a folder of that name");
    }

    [FactWhen(Needs.Ceph)]
    public async Task Packages_move_to_a_bucket_to_GitHub_and_back_with_their_digests_compared()
    {
        await using var github = await FakeGitHub.StartAsync();
        var repository = github.AddRepository("acme/packages");
        var token = github.AddToken(repository, Role.Push);
        var (ceph, prefix) = (await Ceph.OfThisRunAsync(), $"{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config + $"""
            [bucket]
            type = "s3"
            bucket = "{Ceph.Bucket}"
            prefix = "{prefix}"
            endpoint_url = "{ceph.Url}"
            region = "us-east-1"
            access_key_env = "TESTED_ACCESS_KEY"
            secret_key_env = "TESTED_SECRET_KEY"
            read_secret = "r"
            write_secret = "w"

            [remote]
            type = "github"
            owner = "acme"
            repo = "packages"
            branch = "main"
            index = "server"
            api_url = "{github.ApiUrl}"

            [copy]
            type = "file_system"
            read_secret = "r"
            write_secret = "w"
            """);
        var secrets = Path.Combine(Root, "secrets.toml");
        await File.WriteAllTextAsync(secrets, $"[remote]\ntype = \"github\"\nraw = \"{token.Value}\"\n");
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.8");
        File.SetLastWriteTimeUtc(wheel.WriteTo(Source), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Wheels.Build("other", "1.0").WriteTo(Source);
        (await ImportAsync(Source)).Succeeded();
        (await PyWharfProcess.RunAsync(["yank", "local", "demo", wheel.Filename, "--reason=breaks", $"--root={Root}"])).Succeeded();

        (await MoveAsync("bucket", "local", "--dry_run")).Succeeded().Saying("2 files would be imported");
        (await MoveAsync("bucket", "local", "--projects=demo")).Succeeded().Saying("1 files imported");
        (await MoveAsync("bucket", "local")).Succeeded().Saying("1 files imported").Saying("1 were there already");
        (await MoveAsync("remote", "bucket", "--projects=demo", $"--admin_secret={secrets}")).Succeeded().Saying("1 files imported");
        (await MoveAsync("copy", "remote", $"--admin_secret={secrets}")).Succeeded().Saying("1 files imported");
        Assert.Equal(await PageOfAsync("local"), await PageOfAsync("copy"));

        // Damaged there: the same length, other bytes.
        using var client = ceph.Client();
        var other = Wheels.Build("other", "1.0");
        await client.PutObjectAsync(new PutObjectRequest { BucketName = Ceph.Bucket, Key = $"{prefix}/other/{other.Filename}", ContentBody = new string('x', other.Content.Length) });
        (await MoveAsync("copy", "bucket")).Failed().Saying(other.Filename);

        Task<ProcessResult> MoveAsync(string target, string source, params string[] flags) => PyWharfProcess.RunAsync(
            ["import", target, source, $"--root={Root}", .. flags], [("TESTED_ACCESS_KEY", Ceph.AccessKey), ("TESTED_SECRET_KEY", Ceph.SecretKey)]);

        async Task<string> PageOfAsync(string name)
        {
            var meta = await File.ReadAllTextAsync(Path.Combine(Root, "cache", name, "storage", "demo", wheel.Filename + ".meta"));
            var record = await File.ReadAllTextAsync(Path.Combine(Root, "cache", name, "storage", "demo", ".project.toml"));
            Assert.Equal(wheel.Content, await File.ReadAllBytesAsync(Path.Combine(Root, "cache", name, "storage", "demo", wheel.Filename)));

            return string.Join('\n', meta.Split('\n').Where(line => line.StartsWith("upload_time", StringComparison.Ordinal) || line.StartsWith("sha256", StringComparison.Ordinal))) + record;
        }
    }

    private Task<ProcessResult> RunAsync(string target, string source, params string[] flags) =>
        PyWharfProcess.RunAsync(["import", target, source, $"--root={Root}", .. flags]);
}
