using System.Text;
using System.Text.Json;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>github.gen_gh_pages: a static index for any web server.</summary>
public sealed class GenGhPagesTests : IAsyncLifetime, IDisposable
{
    private static readonly Distribution Wheel = Wheels.Build("Demo_Pkg", "1.0", requiresPython: ">=3.6");
    private static readonly Distribution Sdist = Sdists.Build("demo-pkg", "1.1");
    private static readonly Distribution Other = Wheels.Build("other", "2.0");

    private readonly TempFolder _folder = new();
    private FakeGitHub _github = null!; // set before each test
    private FakeRepository _repository = null!; // as well
    private FakeToken _token = null!; // as well
    private PublishedIndex _index = null!; // as well

    public async Task InitializeAsync()
    {
        _github = await FakeGitHub.StartAsync();
        _repository = _github.AddRepository("acme/packages", @private: false, defaultBranch: PublishedIndex.Branch);
        _token = _github.AddToken(_repository, Role.Pull);
        _index = new PublishedIndex(_github, _repository);
    }

    public Task DisposeAsync() => _github.DisposeAsync().AsTask();

    public void Dispose() => _folder.Dispose();

    [FactWhen(Needs.Pip)]
    public async Task Pip_installs_from_it()
    {
        _index.Publish(Wheel);
        _index.Publish(Sdist);
        _index.Write();
        (await RunAsync()).Succeeded();
        using var web = await StaticServer.StartAsync(_folder.Path);
        using var user = new PythonUser();

        (await user.PipAsync(
            await user.WithPipAsync(PythonClients.Pips[^1]),
            "install", "--no-deps", "--no-cache-dir", "--index-url", web.Address.AbsoluteUri, "--target", user.At("here"), "demo-pkg==1.0")).Succeeded();

        Assert.Equal("__version__ = \"1.0\"\n", File.ReadAllText(user.At("here", "demo_pkg", "__init__.py")));
    }

    [Fact]
    public async Task Links_are_those_of_the_original()
    {
        _index.Publish(Wheel);
        _index.Publish(Other);
        var index = _index.Write();

        var run = (await RunAsync()).Succeeded();

        Assert.Equal($"{_folder.Path}: 2 projects, 2 files.\n", run.Stdout);
        Assert.Equal("", run.Stderr);
        Assert.Contains("<a href=\"demo-pkg/\">demo-pkg</a>", Read("index.html"), StringComparison.Ordinal);
        Assert.Contains(
            $"/acme/packages/releases/download/{Wheel.Filename}/{Wheel.Filename}#sha256={Wheel.Sha256}\" data-requires-python=\"&gt;=3.6\"",
            Read("demo-pkg", "index.html"),
            StringComparison.Ordinal);
        Assert.Equal(index, File.ReadAllBytes(_folder.At("index.toml")));
        Assert.DoesNotContain(_token.Value, run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_size_and_time_too()
    {
        _index.Publish(Wheel);
        _index.Write();

        (await RunAsync()).Succeeded();

        using var page = JsonDocument.Parse(Read("demo-pkg", "index.json"));
        var file = Assert.Single(page.RootElement.GetProperty("files").EnumerateArray());
        Assert.Equal("1.4", page.RootElement.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Equal(Wheel.Content.Length, file.GetProperty("size").GetInt64());
        Assert.Equal(Wheel.Sha256, file.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.True(file.TryGetProperty("upload-time", out _));
        Assert.StartsWith("http", file.GetProperty("url").GetString(), StringComparison.Ordinal);
        using var list = JsonDocument.Parse(Read("index.json"));
        Assert.Equal("demo-pkg", Assert.Single(list.RootElement.GetProperty("projects").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_was_decided_about_a_project_counts()
    {
        _index.Publish(Wheel);
        _index.Publish(Sdist);
        _index.Publish(Other);
        _index.Write();
        _repository.Put(".pywharf/demo-pkg.toml", Encoding.UTF8.GetBytes(
            $"[yanked_versions]\n\"1.0\" = \"breaks\"\n\n[deleted]\n\n[deleted.\"{Sdist.Filename}\"]\nat = 2026-01-02T03:04:05Z\nsha256 = \"{Sdist.Sha256}\"\n"));
        _repository.Put(".pywharf/other.toml", "status = \"quarantined\"\n"u8.ToArray());

        (await RunAsync()).Succeeded();

        Assert.Contains("data-yanked=\"breaks\"", Read("demo-pkg", "index.html"), StringComparison.Ordinal);
        Assert.DoesNotContain(Sdist.Filename, Read("demo-pkg", "index.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("other", Read("index.html"), StringComparison.Ordinal);
        Assert.DoesNotContain(Other.Filename, Read("other", "index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_ends_it()
    {
        _index.Publish(Wheel);
        _index.Write();
        _repository.Put(".pywharf/demo-pkg.toml", "status = 1"u8.ToArray());

        Assert.Contains(".pywharf/demo-pkg.toml:1:10: must be a string", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_of_more_than_a_megabyte_is_read()
    {
        _index.Publish(Wheel, ("description", new string('x', 2 << 20)));
        var index = _index.Write();

        (await RunAsync()).Succeeded();

        Assert.Equal(index, File.ReadAllBytes(_folder.At("index.toml")));
        Assert.Contains(Wheel.Filename, Read("demo-pkg", "index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_of_files_take_a_few_requests()
    {
        for (var i = 0; i < 250; i++)
        {
            _index.Publish(Other with { Filename = $"other-2.{i}-py3-none-any.whl" });
        }

        _index.Write();

        (await RunAsync()).Succeeded();

        Assert.Equal(250, Read("other", "index.html").Split(".whl</a>").Length - 1);
        Assert.Equal(6, _github.Log.All.Count); // repository, tree, blob, three pages of releases
    }

    [Fact]
    public async Task A_file_that_the_list_of_releases_lacks_yet_is_asked_for()
    {
        _index.Publish(Other);
        _index.Publish(Wheel).HiddenReads = 10;
        _index.Write();

        (await RunAsync()).Succeeded();

        Assert.Contains($"{Wheel.Filename}#sha256=", Read("demo-pkg", "index.html"), StringComparison.Ordinal);
        Assert.Equal(1, _github.Log.Count("GET", "/releases/assets/"));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_left_out_and_named()
    {
        _index.Publish(Wheel);
        _index.Publish(Other).Assets.Clear();
        _index.Write();

        var run = (await RunAsync()).Succeeded();

        Assert.Equal($"left out: {Other.Filename}: it is in the index and not on GitHub any more\n", run.Stderr);
        Assert.False(File.Exists(_folder.At("other", "index.html")));
    }

    [Fact]
    public async Task The_token_goes_nowhere_else()
    {
        await using var elsewhere = await FakeGitHub.StartAsync();
        _index.Publish(Wheel);
        _index.Add(Other, $"{elsewhere.ApiUrl.AbsoluteUri.TrimEnd('/')}/repos/acme/packages/releases/assets/1");
        _index.Write();

        var run = (await RunAsync()).Succeeded();

        Assert.Contains($"left out: {Other.Filename}: it is in the index and not on GitHub any more", run.Stderr, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Log.All);
    }

    [Fact]
    public async Task A_private_repository_is_warned_of()
    {
        _repository.Private = true;
        _index.Publish(Wheel);
        _index.Write();

        Assert.StartsWith("warning: this repository is private", (await RunAsync()).Succeeded().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_takes_away_what_is_gone_and_leaves_other_files()
    {
        _index.Publish(Wheel);
        _index.Publish(Other);
        _index.Write();
        File.WriteAllText(_folder.At("CNAME"), "pypi.example.com");
        (await RunAsync()).Succeeded();

        _repository.Releases[^1].Assets.Clear();
        (await RunAsync()).Succeeded();

        Assert.Equal(
            [".nojekyll", "CNAME", "demo-pkg", "index.html", "index.json", "index.toml"],
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/git/trees/")]
    [InlineData("/git/blobs/")]
    [InlineData("/releases")]
    public async Task When_GitHub_fails_nothing_is_written(string path)
    {
        _index.Publish(Wheel);
        _index.Write();
        _github.Faults.Next(request => request.Path.Contains(path, StringComparison.Ordinal), Fault.Answer.Json(403, "Resource not accessible"), times: 100);

        Assert.Contains("the pages are not written", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_index_nothing_is_written() =>
        Assert.Contains("There is no index.toml on the branch master: update_index writes it", await FailAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task An_index_that_cannot_be_read_is_said_with_its_place()
    {
        _repository.Put("index.toml", "mtime = 1\npkgs = 2"u8.ToArray());

        Assert.Contains("index.toml:2:8: \"pkgs\" must be an array of tables", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_made_once_there_is_something_to_write()
    {
        var folder = Path.Combine(_folder.Path, "deep", "pages");
        Assert.Equal(1, (await PyWharfProcess.RunAsync(Command(folder))).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        _repository.Put("index.toml", "mtime = 1\npkgs = []\n"u8.ToArray());
        (await PyWharfProcess.RunAsync(Command(folder))).Succeeded();

        Assert.True(File.Exists(Path.Combine(folder, "index.html")));
    }

    [Fact]
    public async Task A_file_in_the_way_is_named()
    {
        await File.WriteAllTextAsync(_folder.At("file"), "");

        var run = await PyWharfProcess.RunAsync(Command(_folder.At("file")));

        Assert.Equal((1, $"pywharf: {_folder.At("file")} is a file: --output_folder names a folder.\n"), (run.ExitCode, run.Stderr));
        Assert.Empty(_github.Log.All);
    }

    private string[] Command(string folder) =>
    [
        "github.gen_gh_pages", "--name=team", "--owner=acme", "--repo=packages", $"--token={_token.Value}",
        $"--api_url={_github.ApiUrl.AbsoluteUri}", $"--output_folder={folder}",
    ];

    private Task<ProcessResult> RunAsync() => PyWharfProcess.RunAsync(Command(_folder.Path));

    private async Task<string> FailAsync()
    {
        var run = await RunAsync();

        Assert.Equal((1, ""), (run.ExitCode, run.Stdout));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        return Assert.Single(run.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Read(params string[] path) => File.ReadAllText(_folder.At(path));
}
