using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>The program with a repository on GitHub.</summary>
public sealed class GitHubServerTests : GitHubServer
{
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
    public async Task All_that_talks_to_GitHub_is_loaded_at_the_start()
    {
        var server = await StartAsync(Folder(), "index = \"server\"");
        var libraries = server.Libraries;
        using var writer = server.Client(Name, Writer.Value);

        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        await Eventually.HoldsAsync(() => Task.FromResult(Repository.Read("index.toml") is not null));
        (await writer.AskAsync("/simple/demo/demo-1.0-py3-none-any.whl")).With(302);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);

        Assert.Contains(libraries, path => path.EndsWith("/Octokit.dll", StringComparison.Ordinal));
        Assert.Equal(libraries, server.Libraries);
    }

    [Fact]
    public async Task A_server_without_a_repository_on_GitHub_does_not_load_its_client()
    {
        using var server = await PyWharfProcess.StartAsync(Folder().Path, ServerFixture.Config);

        Assert.DoesNotContain(server.Libraries, path => path.EndsWith("/Octokit.dll", StringComparison.Ordinal) || path.Contains("/AWSSDK.", StringComparison.Ordinal));
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
    public async Task A_server_that_writes_the_index_finds_what_no_index_has()
    {
        var wheel = Wheels.Build("demo", "1.0");
        Repository.Publish(wheel.Filename, wheel.Content, $"name = \"demo\"\nversion = \"1.0\"\ndistrib = \"demo\"\nsha256 = \"{wheel.Sha256}\"\n");

        using var reader = (await StartAsync(Folder(), "index = \"server\"")).Client(Name, Reader.Value);

        await Eventually.HoldsAsync(async () => (await reader.FilenamesAsync("demo")).SequenceEqual([wheel.Filename]), Soon);
    }

    [Fact]
    public async Task Attestations_are_kept_with_the_file_and_are_no_file_of_the_index()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        var wheel = Wheels.Build("demo", "1.0");

        (await writer.UploadAsync(ClientForm.LikeTwine(wheel).With("attestations", ClientForm.AttestationsOf(wheel)))).With(200);

        var release = Assert.Single(Repository.Releases);
        Assert.Equal([wheel.Filename, wheel.Filename + ".attestations"], release.Assets.Select(asset => asset.Name));
        Assert.Equal(ClientForm.AttestationsOf(wheel), Encoding.UTF8.GetString(release.Assets[1].Content));
        Assert.DoesNotContain("attestations", release.Body, StringComparison.Ordinal);
        Assert.Equal([wheel.Filename], await writer.FilenamesAsync("demo"));
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

        var refused = (await Answer.ReadAsync(await client.PostAsync(new Uri("/initialize/", UriKind.Relative), form))).With(403);

        Assert.Contains("send the value itself, in admin_secret.toml as \"raw\"", refused.Text.Replace("?", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
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

    [Fact]
    public async Task Pages_and_downloads_take_no_more_of_GitHub_than_they_must()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        using var reader = server.Client(Name, Reader.Value);
        var (first, wheel) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"));
        (await writer.UploadAsync(first)).With(200);
        await reader.ProjectAsync("demo");

        // The clock asks with the admin secret meanwhile.
        var before = GitHub.Log.All.Count;
        (await writer.UploadAsync(wheel)).With(200);
        var upload = GitHub.Log.All.Skip(before).Where(request => request.Token == Writer).Select(request => $"{request.Method} {request.Origin}");
        Assert.Equal(["GET Api", "POST Api", "POST Uploads", "PATCH Api"], upload);

        await AsksAsync(0, () => reader.ProjectAsync("demo"));
        await AsksAsync(1, () => Task.WhenAll(Enumerable.Range(0, 12).Select(_ => reader.AskAsync($"/simple/demo/{wheel.Filename}"))));
        await AsksAsync(0, () => reader.AskAsync($"/simple/demo/{wheel.Filename}"));
        await AsksAsync(0, () => reader.AskAsync($"/simple/demo/{wheel.Filename}.metadata"));

        async Task AsksAsync(int times, Func<Task> action)
        {
            var seen = GitHub.Log.All.Count;
            await action();
            Assert.Equal(times, GitHub.Log.All.Skip(seen).Count(request => request.Token == Reader));
        }
    }

    [Fact]
    public async Task Whoever_asks_quiet_minutes_are_not_counted()
    {
        var server = await StartAsync(Folder());
        using var writer = server.Client(Name, Writer.Value);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        var before = GitHub.Log.All.Count;

        (await writer.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
        await Eventually.HoldsAsync("the index was looked for", () => Looks().Count() >= 3);

        Assert.All(Looks(), look => Assert.Equal(304, look.Status));

        IEnumerable<LoggedRequest> Looks() =>
            GitHub.Log.All.Skip(before).Where(request => request.Status is not null && request.Path.Contains("/git/trees/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_repository_on_GitHub_under_the_same_name_offers_nothing_of_the_one_before()
    {
        var others = GitHub.AddRepository("acme/others");
        others.SetRole(Writer.User, Role.Push);
        others.SetRole(Admin.User, Role.Push);
        var folder = Folder();
        using (var writer = (await StartAsync(folder)).Client(Name, Writer.Value))
        {
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        using (var writer = (await StartAsync(folder, "repo = \"others\"")).Client(Name, Writer.Value))
        {
            await Eventually.HoldsAsync(async () => (await writer.AskAsync("/simple/")).Status == 200);
            Assert.Empty(await writer.FilenamesAsync("demo"));
            (await writer.UploadAsync(Wheels.Build("other", "1.0"))).With(200);
        }

        using var again = (await StartAsync(folder)).Client(Name, Writer.Value);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await again.FilenamesAsync("demo"));
        Assert.Empty(await again.FilenamesAsync("other"));
    }

    [Theory]
    [InlineData("index_filename = \"../index.toml\"", "must be a path on the branch, such as index.toml")]
    [InlineData("index_filename = \"a//b\"", "must be a path on the branch, such as index.toml")]
    [InlineData("index_filename = \"/index.toml\"", "must be a path on the branch, such as index.toml")]
    [InlineData("index_filename = \"\"", "must be a path on the branch, such as index.toml")]
    [InlineData("branch = \"../../../user\"", "must be the name of a branch, such as main")]
    [InlineData("branch = \"a b\"", "must be the name of a branch, such as main")]
    [InlineData("branch = \"a\\nb\"", "must be the name of a branch, such as main")]
    [InlineData("repo = \"..\"", "must consist of letters, digits, '-', '_' and '.'")]
    [InlineData("max_cache_bytes = -1", "must not be negative")]
    [InlineData("download = \"other\"", "must be \"redirect\" or \"proxy\"")]
    public async Task A_key_that_means_nothing_ends_the_start_with_its_place(string key, string problem)
    {
        var config = Path.Combine(Folder().Path, "config.toml");
        await File.WriteAllTextAsync(config, Config(key));

        var failed = await PyWharfProcess.RunAsync(["server", Folder().Path, $"--config={config}", "--host=127.0.0.1", "--port=0"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains($"\"{key.Split(' ')[0]}\" in [{Name}] {problem}", failed.Stderr, StringComparison.Ordinal);
        Assert.Contains("config.toml:", failed.Stderr, StringComparison.Ordinal);
    }
}
