using System.Globalization;
using System.Text;
using System.Text.Json;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.TimeTravel;

/// <summary><c>/REPOSITORY@MOMENT/simple/</c> and <c>?at=</c>.</summary>
public sealed class TimeTravelTests(TimeTravelTests.Fixture running) : IClassFixture<TimeTravelTests.Fixture>, IDisposable
{
    private readonly HttpClient _writer = running.Server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
    private readonly HttpClient _reader = running.Server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

    [Fact]
    public async Task What_was_uploaded_until_then_is_listed_and_downloaded()
    {
        var (first, second) = (Wheels.Build("travel", "1.0"), Wheels.Build("travel", "2.0"));
        await _writer.PublishAsync(first);
        var then = await UploadTimeAsync("travel");
        await _writer.PublishAsync(second, Wheels.Build("later", "1.0"));

        foreach (var prefix in (string[])[$"/local@{then}", $"/local%40{Uri.EscapeDataString(then)}", $"/LOCAL@{then}"])
        {
            Assert.Equal([first.Filename], await FilenamesAsync($"{prefix}/simple/travel/"));
            Assert.Equal(["1.0"], (await PageAsync($"{prefix}/simple/travel/")).GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
            var listed = (await PageAsync($"{prefix}/simple/")).GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("name").GetString()).ToList();
            Assert.Contains("travel", listed);
            Assert.DoesNotContain("later", listed);
            Assert.Equal(first.Content, (await _reader.AskAsync($"{prefix}/simple/travel/{first.Filename}")).With(200).Bytes);
            Assert.Equal(first.Metadata, (await _reader.AskAsync($"{prefix}/simple/travel/{first.Filename}.metadata")).With(200).Bytes);
            (await _reader.AskAsync($"{prefix}/simple/travel/{second.Filename}")).With(404);
            (await _reader.AskAsync($"{prefix}/simple/travel/{second.Filename}.metadata")).With(404);
            Assert.Contains("then", (await _reader.AskAsync($"{prefix}/simple/later/")).With(404).Text, StringComparison.Ordinal);
        }

        foreach (var prefix in (string[])["", "/local"])
        {
            Assert.Equal([first.Filename], await FilenamesAsync($"{prefix}/simple/travel/?at={Uri.EscapeDataString(then)}"));
            Assert.DoesNotContain("later", (await _reader.AskAsync($"{prefix}/simple/?at={then}")).With(200).Text, StringComparison.Ordinal);
        }

        var now = (await _reader.AskAsync("/local/simple/travel/"))["ETag"];
        Assert.NotEqual(now, (await _reader.AskAsync($"/local@{then}/simple/travel/"))["ETag"]);
        Assert.Equal(now, (await _reader.AskAsync("/local@2999-01-01/simple/travel/"))["ETag"]);
    }

    [Fact]
    public async Task A_date_is_its_end_in_utc_and_an_empty_past_is_an_empty_list()
    {
        await _writer.PublishAsync(Wheels.Build("dated", "1.0"));
        var day = (await UploadTimeAsync("dated"))[..10];
        var before = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.Single(await FilenamesAsync($"/local@{day}/simple/dated/"));
        Assert.Equal(0, (await PageAsync($"/local@{before}/simple/")).GetProperty("projects").GetArrayLength());
        (await _reader.AskAsync($"/local@{before}/simple/dated/")).With(404);
        (await _reader.AskAsync($"/local@{before}/simple/dated/dated-1.0-py3-none-any.whl")).With(404);
    }

    [Fact]
    public async Task Deleted_files_stay_out_and_yanks_and_quarantine_are_as_they_are_now()
    {
        await _writer.PublishAsync(Wheels.Build("changed", "1.0"), Wheels.Build("changed", "2.0"), Wheels.Build("held", "1.0"), Wheels.Build("emptied", "1.0"));
        var day = (await UploadTimeAsync("held"))[..10];
        await ChangeAsync(HttpMethod.Delete, "changed/versions/1.0");
        await ChangeAsync(HttpMethod.Put, "changed/versions/2.0/yank", "{\"reason\":\"bad\"}");
        await ChangeAsync(HttpMethod.Put, "held/status", "{\"status\":\"quarantined\"}");
        await ChangeAsync(HttpMethod.Delete, "emptied/versions/1.0");

        var file = Assert.Single((await PageAsync($"/local@{day}/simple/changed/")).GetProperty("files").EnumerateArray());
        Assert.Equal("changed-2.0-py3-none-any.whl bad", $"{file.GetProperty("filename")} {file.GetProperty("yanked")}");
        Assert.Empty(await FilenamesAsync($"/local@{day}/simple/held/"));
        (await _reader.AskAsync($"/local@{day}/simple/held/held-1.0-py3-none-any.whl")).With(403);
        (await _reader.AskAsync($"/local@{day}/simple/changed/changed-1.0-py3-none-any.whl")).With(404);
        (await _reader.AskAsync($"/local@{day}/simple/emptied/")).With(404);
    }

    [Theory]
    [InlineData("/local@yesterday/simple/")]
    [InlineData("/local@2026-13-01/simple/x/")]
    [InlineData("/local@/simple/x/x-1.0.tar.gz")]
    [InlineData("/local@2026-11-01@2026-11-02/simple/")]
    [InlineData("/nobody@01.11.2026/simple/")]
    [InlineData("/local/simple/x/?at=2026-11-31")]
    [InlineData("/simple/?at=")]
    [InlineData("/local@2026-11-01/simple/?at=2026-11-01")]
    public async Task What_is_no_moment_is_400_with_a_sentence(string path) =>
        Assert.Contains("moment", (await _reader.AskAsync(path)).With(400).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("/local@2026-11-01/simple", "/local@2026-11-01/simple/")]
    [InlineData("/LOCAL@2026-11-01/simple/Foo_Bar", "/local@2026-11-01/simple/foo-bar/")]
    [InlineData("/local@2026-11-01T12:00:00Z/simple/Foo.Bar/", "/local@2026-11-01T12%3A00%3A00Z/simple/foo-bar/")]
    [InlineData("/local/simple/Foo/?at=2026-11-01", "/local/simple/foo/?at=2026-11-01")]
    public async Task Redirects_keep_the_moment(string path, string location) =>
        Assert.Equal(location, (await _reader.AskAsync(path)).With(301)["Location"]);

    [Theory]
    [InlineData("/local@2026-11-01/")]
    [InlineData("/local@2026-11-01/login/")]
    [InlineData("/local@2026-11-01/tokens/")]
    [InlineData("/local@2026-11-01/audit/")]
    [InlineData("/local@2026-11-01/api/tokens")]
    [InlineData("/local@2026-11-01/api/projects/travel")]
    [InlineData("/local@2026-11-01/api/explain/travel")]
    [InlineData("/local@2026-11-01/project/travel/")]
    [InlineData("/local@2026-11-01/pypi/travel/json")]
    [InlineData("/local@2026-11-01/search?q=travel")]
    [InlineData("/local@2026-11-01/index_mtime")]
    [InlineData("/local@2026-11-01/health")]
    [InlineData("/local@2026-11-01/metrics")]
    public async Task Nothing_else_has_a_past(string path) => (await _writer.AskAsync(path)).With(404);

    [Theory]
    [InlineData("/local@2026-11-01/simple/")]
    [InlineData("/local@2026-11-01/legacy/")]
    [InlineData("/nobody@nothing/simple/")]
    public async Task Nothing_is_uploaded_into_the_past(string path) =>
        Assert.Equal("GET, HEAD", (await _writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build("refused", "1.0")), path)).With(405)["Allow"]);

    [Fact]
    public async Task Strangers_learn_nothing_of_the_past()
    {
        using var nobody = running.Server.Client();

        (await nobody.AskAsync("/local@2026-11-01/simple/")).With(401);
        (await nobody.AskAsync("/nobody@2026-11-01/simple/")).With(401);
        (await nobody.AskAsync("/local@2026-11-01/simple/travel/travel-1.0.tar.gz")).With(401);
    }

    [Fact]
    public async Task Upstreams_files_go_by_their_upload_times_and_rules_by_now()
    {
        running.Upstream.Put(new FakeProject(
            "up",
            FakeFile.Wheel("up", "1.0") with { UploadTime = "2020-01-02T03:04:05.000000Z" },
            FakeFile.Wheel("up", "2.0") with { UploadTime = "2021-01-01T00:00:00Z" },
            FakeFile.Wheel("up", "3.0") with { UploadTime = null },
            FakeFile.Wheel("up", "4.0") with { UploadTime = "2998-01-01T00:00:00Z" }));

        foreach (var repository in (string[])["local", "all", "kept"])
        {
            using var client = running.Server.Client(repository, ServerFixture.ReadSecret);
            (await client.AskAsync($"/{repository}@2020-01-01/simple/up/")).With(404);
            Assert.Equal(["up-1.0-py3-none-any.whl"], await FilenamesAsync($"/{repository}@2020-01-02/simple/up/", client));
            Assert.Equal(["up-1.0-py3-none-any.whl", "up-2.0-py3-none-any.whl"], await FilenamesAsync($"/{repository}@2021-01-01T00:00:00Z/simple/up/", client));
            (await client.AskAsync($"/{repository}@2020-01-02/simple/up/up-2.0-py3-none-any.whl")).With(404);
            (await client.AskAsync($"/{repository}@2020-01-02/simple/up/up-1.0-py3-none-any.whl")).With(repository == "kept" ? 200 : 302);
            Assert.DoesNotContain("up-4.0-py3-none-any.whl", await FilenamesAsync($"/{repository}@2999-01-01/simple/up/", client));
            (await client.AskAsync($"/{repository}@2999-01-01/simple/up/up-4.0-py3-none-any.whl")).With(403);
        }
    }

    [Fact]
    public async Task A_project_that_was_not_yet_here_is_not_asked_for_upstream()
    {
        running.Upstream.Put(new FakeProject("ours-now", FakeFile.Wheel("ours-now", "9.0")));
        await _writer.PublishAsync(Wheels.Build("ours-now", "1.0"));

        (await _reader.AskAsync("/local@2024-01-01/simple/ours-now/")).With(404);
        (await _reader.AskAsync("/local@2024-01-01/simple/ours-now/ours_now-9.0-py3-none-any.whl")).With(404);

        Assert.Equal(0, running.Upstream.CountOf("/simple/ours-now/"));
    }

    [FactWhen(Needs.Venv)]
    public async Task Pip_resolves_the_same_set_again_while_uploads_go_on()
    {
        await _writer.PublishAsync(Wheels.Build("pip-app", "1.0", metadata: SampleMetadata.Requiring("pip-app", "1.0", "pip-lib>=1")), Wheels.Build("pip-lib", "1.0"));
        var index = running.Server.UrlFor($"local@{await UploadTimeAsync("pip-lib")}/simple/", "any", ServerFixture.ReadSecret);
        using var user = new PythonUser();

        foreach (var version in (string[])["2.0", "3.0"])
        {
            (await user.PipAsync(PythonClients.Python ?? "", "download", "--trusted-host", "127.0.0.1", "--index-url", index, "-d", version, "pip-app")).Succeeded();
            Assert.Equal(
                ["pip_app-1.0-py3-none-any.whl", "pip_lib-1.0-py3-none-any.whl"],
                Directory.GetFiles(user.At(version)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            await _writer.PublishAsync(Wheels.Build("pip-app", version), Wheels.Build("pip-lib", version));
        }

        // The command of the guide.
        await _writer.PublishAsync(Wheels.Build("demo", "1.0"));
        var command = (await File.ReadAllLinesAsync(RepositoryRoot.At("docs", "upstream.md"))).Single(line => line.StartsWith("pip download", StringComparison.Ordinal));
        var url = running.Server.UrlFor($"local@{(await UploadTimeAsync("demo"))[..10]}/simple/", "any", ServerFixture.ReadSecret);
        var args = command.Split(' ')[1..].Select(word => word == "http://team:read-me@localhost:8888/team@2026-11-01/simple/" ? url : word).ToArray();
        Assert.Contains(url, args);
        (await user.PipAsync(PythonClients.Python ?? "", args)).Succeeded();
        Assert.True(File.Exists(user.At("wheels", "demo-1.0-py3-none-any.whl")));
    }

    [FactWhen(Needs.Poetry)]
    public async Task Poetry_locks_the_same_set_again_while_uploads_go_on()
    {
        await _writer.PublishAsync(Wheels.Build("poetry-app", "1.0", metadata: SampleMetadata.Requiring("poetry-app", "1.0", "poetry-lib>=1")), Wheels.Build("poetry-lib", "1.0"));
        var then = await UploadTimeAsync("poetry-lib");
        using var user = new PythonUser();
        await File.WriteAllTextAsync(user.At("pyproject.toml"), $"""
            [tool.poetry]
            name = "locks"
            version = "1.0"
            description = ""
            authors = []

            [tool.poetry.dependencies]
            python = ">=3.8"
            poetry-app = "*"

            [[tool.poetry.source]]
            name = "then"
            url = "{new Uri(running.Server.BaseAddress, $"local@{Uri.EscapeDataString(then)}/simple/").AbsoluteUri}"
            default = true
            """);

        var locks = new List<string>();
        foreach (var version in (string[])["2.0", "3.0"])
        {
            (await user.RunAsync(
                PythonClients.Poetry ?? "",
                ["lock", "--no-interaction", "--no-cache"],
                ("POETRY_HTTP_BASIC_THEN_USERNAME", ServerFixture.Repository),
                ("POETRY_HTTP_BASIC_THEN_PASSWORD", ServerFixture.ReadSecret))).Succeeded();
            locks.Add(await File.ReadAllTextAsync(user.At("poetry.lock")));
            File.Delete(user.At("poetry.lock"));
            await _writer.PublishAsync(Wheels.Build("poetry-app", version), Wheels.Build("poetry-lib", version));
        }

        Assert.Equal(locks[0], locks[1]);
        Assert.Contains("poetry_app-1.0-py3-none-any.whl", locks[0], StringComparison.Ordinal);
        Assert.Contains("poetry_lib-1.0-py3-none-any.whl", locks[0], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }

    private async Task<JsonElement> PageAsync(string path, HttpClient? client = null) =>
        (await (client ?? _reader).AskAsync(path, ("Accept", Requests.Json))).With(200).Json;

    private async Task<IReadOnlyList<string?>> FilenamesAsync(string path, HttpClient? client = null) =>
        [.. (await PageAsync(path, client)).GetProperty("files").EnumerateArray().Select(file => file.GetProperty("filename").GetString())];

    /// <summary>When the newest file of a project was uploaded.</summary>
    private async Task<string> UploadTimeAsync(string project) =>
        (await _reader.ProjectAsync(project)).GetProperty("files").EnumerateArray().Max(file => file.GetProperty("upload-time").GetString()) ?? "";

    private async Task ChangeAsync(HttpMethod method, string path, string json = "{}")
    {
        using var request = new HttpRequestMessage(method, $"/api/projects/{path}") { Content = method == HttpMethod.Put ? new StringContent(json, Encoding.UTF8, "application/json") : null };
        (await Answer.ReadAsync(await _writer.SendAsync(request))).With(200);
    }

    /// <summary>A server with a repository that has an upstream index with a cooldown, and a group over it.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;
        private FakePyPi? _upstream;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        internal FakePyPi Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            _upstream = await FakePyPi.StartAsync();
            _server = await PyWharfProcess.StartAsync(
                _root.Path,
                $"""
                {ServerFixture.Config}
                [{ServerFixture.Repository}.upstream]
                url = "{_upstream.Index}"
                min_age = "3d"

                [kept]
                type = "file_system"
                read_secret = "{ServerFixture.ReadSecret}"

                [kept.upstream]
                url = "{_upstream.Index}"
                mode = "cache"
                min_age = "3d"

                [all]
                type = "group"
                members = ["{ServerFixture.Repository}"]
                read_secret = "{ServerFixture.ReadSecret}"
                """);
        }

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Upstream.DisposeAsync();

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
