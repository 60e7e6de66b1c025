using PyWharf.Integration.Support;
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

    private Task<ProcessResult> RunAsync(string target, string source, params string[] flags) =>
        PyWharfProcess.RunAsync(["import", target, source, $"--root={Root}", .. flags]);
}
