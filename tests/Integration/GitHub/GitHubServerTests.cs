using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>The real program on a repository in GitHub's releases.</summary>
public sealed class GitHubServerTests : IAsyncLifetime
{
    private const string Name = "team";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly List<IDisposable> _used = [];

    private FakeGitHub GitHub { get; set; } = null!; // by InitializeAsync

    private FakeRepository Repository { get; set; } = null!; // by InitializeAsync

    private FakeToken Admin { get; set; } = null!; // by InitializeAsync

    private FakeToken Writer { get; set; } = null!; // by InitializeAsync

    private FakeToken Reader { get; set; } = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync();
        Repository = GitHub.AddRepository("acme/packages");
        Admin = GitHub.AddToken(Repository, Role.Push);
        Writer = GitHub.AddToken(Repository, Role.Push);
        Reader = GitHub.AddToken(Repository, Role.Pull);
    }

    public async Task DisposeAsync()
    {
        _used.ForEach(used => used.Dispose());
        await GitHub.DisposeAsync();
    }

    [Fact]
    public async Task What_is_uploaded_is_listed_at_once_and_fetched_from_the_storage_of_GitHub()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        using var reader = server.Client(Name, Reader.Value);
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.8");

        (await writer.UploadAsync(wheel)).With(200);

        var page = await reader.ProjectAsync("demo");
        var file = Assert.Single(page.GetProperty("files").EnumerateArray());
        Assert.Equal((wheel.Filename, wheel.Sha256), (file.GetProperty("filename").GetString(), file.GetProperty("hashes").GetProperty("sha256").GetString()));
        Assert.Equal((wheel.Content.Length, ">=3.8"), (file.GetProperty("size").GetInt32(), file.GetProperty("requires-python").GetString()));

        var redirect = (await reader.AskAsync($"/simple/demo/{wheel.Filename}")).With(302);
        Assert.Equal("no-store", redirect["Cache-Control"]);
        Assert.EndsWith($"#sha256={wheel.Sha256}", redirect["Location"], StringComparison.Ordinal);
        using var stranger = new HttpClient();
        Assert.Equal(wheel.Content, await stranger.GetByteArrayAsync(new Uri(redirect["Location"] ?? "")));

        Assert.Equal(wheel.Metadata, (await reader.AskAsync($"/simple/demo/{wheel.Filename}.metadata")).With(200).Bytes);
        Assert.Equal(wheel.Filename, Assert.Single(Repository.Releases).Tag);
        Assert.DoesNotContain(GitHub.Log.All, request => request.Origin == Origin.Storage && request.Headers.ContainsKey("Authorization"));
        Assert.DoesNotContain(Writer.Value, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_may_do_here_what_it_may_do_there()
    {
        var server = await StartAsync(Folder());
        using var reader = server.Client(Name, Reader.Value);
        using var stranger = server.Client(Name, "ghp_nobody");
        var wheel = Wheels.Build("demo", "1.0");

        (await reader.UploadAsync(wheel)).With(403);
        (await stranger.UploadAsync(wheel)).With(401);
        (await stranger.AskAsync("/simple/")).With(401);
        (await reader.AskAsync("/simple/")).With(200);

        Assert.Empty(Repository.Releases);
    }

    [Fact]
    public async Task The_same_bytes_again_are_fine_and_others_are_a_conflict()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        var wheel = Wheels.Build("demo", "1.0");

        (await writer.UploadAsync(wheel)).With(200);
        (await writer.UploadAsync(wheel)).With(200);
        var conflict = (await writer.UploadAsync(Wheels.Build("demo", "1.0", payload: 10))).With(409);

        Assert.StartsWith("File already exists", conflict.Reason, StringComparison.Ordinal);
        Assert.Single(Repository.Releases);
    }

    [Fact]
    public async Task A_name_that_GitHub_would_change_is_refused_before_anything_is_made()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);

        (await writer.UploadAsync(Wheels.Build("demo", "1!2.0"))).With(400);

        Assert.Empty(Repository.Releases);
        Assert.DoesNotContain(GitHub.Log.All, request => request.Method == "POST");
    }

    [Fact]
    public async Task An_upload_outlives_a_restart_before_any_index_has_it()
    {
        var folder = Folder();
        var server = await StartAsync(folder);
        using (var writer = server.Client(Name, Writer.Value))
        {
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        await server.Kill9Async();

        using var reader = (await StartAsync(folder)).Client(Name, Reader.Value);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await reader.FilenamesAsync("demo"));
    }

    [Fact]
    public async Task Update_index_makes_the_index_that_another_server_and_the_original_read()
    {
        var server = await StartAsync(Folder());
        using (var writer = server.Client(Name, Writer.Value))
        {
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        var updated = await PyWharfProcess.RunAsync(
        [
            "update_index", "github", Name, $"--secret={Writer.Value}", "--owner=acme", "--repo=packages", "--branch=main", $"--api_url={GitHub.ApiUrl}",
            $"--root={Folder().Path}",
        ]);

        Assert.True(updated.ExitCode == 0, updated.ToString());
        Assert.Contains("demo-1.0-py3-none-any", Encoding.UTF8.GetString(Repository.Read("index.toml") ?? []), StringComparison.Ordinal);
        using var reader = (await StartAsync(Folder())).Client(Name, Reader.Value);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await reader.FilenamesAsync("demo"));
    }

    [Fact]
    public async Task A_server_that_writes_the_index_does_so_after_uploads()
    {
        var server = await StartAsync(Folder(), "index = \"server\"");
        using var writer = server.Client(Name, Writer.Value);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);

        await Eventually.HoldsAsync(
            () => Task.FromResult(Encoding.UTF8.GetString(Repository.Read("index.toml") ?? []).Contains("demo-1.0-py3-none-any", StringComparison.Ordinal)), Soon);
    }

    [Fact]
    public async Task A_server_that_proxies_sends_the_bytes_itself_with_ranges()
    {
        var server = await StartAsync(Folder(), "download = \"proxy\"");
        using var writer = server.Client(Name, Writer.Value);
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);

        Assert.Equal(wheel.Content, (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(200).Bytes);
        Assert.Equal(wheel.Content[^5..], (await writer.AskAsync($"/simple/demo/{wheel.Filename}", ("Range", "bytes=-5"))).With(206).Bytes);
        Assert.Single(GitHub.Log.All, request => request.Origin == Origin.Storage);
    }

    [Fact]
    public async Task A_proxied_download_that_is_cut_off_is_said_and_the_next_one_is_whole()
    {
        var server = await StartAsync(Folder(), "download = \"proxy\"");
        using var writer = server.Client(Name, Writer.Value);
        var wheel = Wheels.Build("demo", "1.0", payload: 300_000, random: true);
        (await writer.UploadAsync(wheel)).With(200);
        GitHub.Faults.Next(request => request.Origin == Origin.Storage, new Fault.Cut());

        (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(502);

        Assert.Equal(wheel.Content, (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(200).Bytes);
    }

    [Fact]
    public async Task What_others_published_gets_its_size_and_its_metadata_in_the_background()
    {
        var wheel = Wheels.Build("demo", "1.0");
        Repository.Publish(wheel.Filename, wheel.Content, $"name = \"demo\"\nversion = \"1.0\"\ndistrib = \"demo\"\nsha256 = \"{wheel.Sha256}\"\n");
        Assert.Equal(0, (await PyWharfProcess.RunAsync(
        [
            "update_index", "github", Name, $"--secret={Writer.Value}", "--owner=acme", "--repo=packages", "--branch=main", $"--api_url={GitHub.ApiUrl}",
            $"--root={Folder().Path}",
        ])).ExitCode);

        using var reader = (await StartAsync(Folder())).Client(Name, Reader.Value);

        await Eventually.HoldsAsync(
            async () => (await reader.ProjectAsync("demo")).GetProperty("files")[0].TryGetProperty("core-metadata", out _), Soon);
        Assert.Equal(wheel.Content.Length, (await reader.ProjectAsync("demo")).GetProperty("files")[0].GetProperty("size").GetInt32());
        Assert.Equal(wheel.Metadata, (await reader.AskAsync($"/simple/demo/{wheel.Filename}.metadata")).With(200).Bytes);
    }

    [Fact]
    public async Task Decisions_are_kept_on_the_branch_and_reach_another_server()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        var (kept, gone) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"));
        (await writer.UploadAsync(kept)).With(200);
        (await writer.UploadAsync(gone)).With(200);

        (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/2.0")).With(200);

        Assert.Equal([kept.Filename], await writer.FilenamesAsync("demo"));
        Assert.Equal(kept.Filename, Assert.Single(Repository.Releases).Tag);
        Assert.Contains("yanked_versions", Encoding.UTF8.GetString(Repository.Read(".pywharf/demo.toml") ?? []), StringComparison.Ordinal);
        (await writer.UploadAsync(gone)).With(409);

        using var another = (await StartAsync(Folder())).Client(Name, Writer.Value);
        (await another.UploadAsync(gone)).With(409);
    }

    [Fact]
    public async Task Without_an_admin_secret_the_server_does_not_start()
    {
        var config = Path.Combine(Folder().Path, "config.toml");
        await File.WriteAllTextAsync(config, Config());

        var failed = await PyWharfProcess.RunAsync(["server", Folder().Path, $"--config={config}", "--host=127.0.0.1", "--port=0"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("needs an admin secret", failed.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env = \"PATH\"")]
    [InlineData("file = \"/etc/hostname\"")]
    public async Task A_stranger_cannot_have_the_server_send_what_is_on_its_machine_to_a_host_of_theirs(string source)
    {
        using var server = await PyWharfProcess.StartAsync(Folder().Path, config: null);
        using var client = server.Client();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Config()), "config" },
            { new StringContent($"[{Name}]\ntype = \"github\"\n{source}\n"), "admin_secret" },
        };

        var refused = (await Answer.ReadAsync(await client.PostAsync(new Uri("/initialize/", UriKind.Relative), form))).With(400);

        Assert.Contains("needs its secret as \"raw\"", refused.Text.Replace("?", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(GitHub.Log.All);
    }

    [Fact]
    public async Task A_server_is_initialized_with_a_token_as_a_container_in_ci_is()
    {
        using var server = await PyWharfProcess.StartAsync(Folder().Path, config: null);
        using var client = server.Client(Name, Writer.Value);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Config()), "config" },
            { new StringContent($"[{Name}]\ntype = \"github\"\nraw = \"{Admin.Value}\"\n"), "admin_secret" },
        };

        (await Answer.ReadAsync(await client.PostAsync(new Uri("/initialize/", UriKind.Relative), form))).With(200);

        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await client.FilenamesAsync("demo"));
    }

    private TempFolder Folder()
    {
        var folder = new TempFolder();
        _used.Add(folder);

        return folder;
    }

    private string Config(string more = "") => $"""
        [{Name}]
        type = "github"
        owner = "acme"
        repo = "packages"
        branch = "main"
        api_url = "{GitHub.ApiUrl}"
        sync_index_interval = 1
        {more}

        """;

    private async Task<PyWharfProcess> StartAsync(TempFolder root, string more = "")
    {
        var secret = Path.Combine(Folder().Path, "admin_secret.toml");
        await File.WriteAllTextAsync(secret, $"[{Name}]\ntype = \"github\"\nraw = \"{Admin.Value}\"\n");
        var server = await PyWharfProcess.StartAsync(root.Path, Config(more), $"--admin_secret={secret}");
        _used.Insert(0, server);

        return server;
    }
}
