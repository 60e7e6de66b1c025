using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Management;

/// <summary>The JSON API under /api/: each change, how the pages show it, and who may make it.</summary>
[Collection(ServerFixture.Name)]
public sealed class ManagementApiTests(ServerFixture fixture) : IDisposable
{
    private readonly HttpClient _writer = fixture.Writer();
    private readonly HttpClient _reader = fixture.Reader();

    // Each test has a project of its own.
    private readonly string _project = $"decided-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_yanked_version_is_marked_with_its_reason_and_can_still_be_downloaded()
    {
        var files = await PublishAsync("1.0", "2.0");

        var answer = await PutAsync("versions/1.0/yank", new { reason = "bad \"<b>\"" });

        Assert.Equal([files[0].Filename], answer.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal("bad \"<b>\"", (await FileAsync(files[0].Filename)).GetProperty("yanked").GetString());
        Assert.False((await FileAsync(files[1].Filename)).TryGetProperty("yanked", out _));
        Assert.Contains("data-yanked=\"bad &quot;&lt;b&gt;&quot;\"", (await _reader.AskAsync($"/simple/{_project}/")).Text, StringComparison.Ordinal);
        Assert.Equal(files[0].Content, (await _reader.AskAsync($"/simple/{_project}/{files[0].Filename}")).With(200).Bytes);
    }

    [Fact]
    public async Task Without_a_reason_a_yank_is_true_in_json_and_an_empty_attribute_in_html()
    {
        var file = (await PublishAsync("1.0"))[0];

        (await _writer.AskAsync(HttpMethod.Put, $"/api/projects/{_project}/files/{file.Filename}/yank")).With(200);

        Assert.Equal(JsonValueKind.True, (await FileAsync(file.Filename)).GetProperty("yanked").ValueKind);
        Assert.Contains("data-yanked=\"\"", (await _reader.AskAsync($"/simple/{_project}/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_comes_later_to_a_yanked_version_is_yanked_too()
    {
        await PublishAsync("1.0");
        await PutAsync("versions/1/yank", new { reason = "bad" });

        var late = Sdists.Build(_project, "1.0");
        (await _writer.UploadAsync(late)).With(200);

        Assert.Equal("bad", (await FileAsync(late.Filename)).GetProperty("yanked").GetString());
    }

    [Fact]
    public async Task A_yank_is_taken_back_for_a_version()
    {
        var file = (await PublishAsync("1.0"))[0];
        await PutAsync("versions/1.0/yank", new { reason = "bad" });
        await PutAsync($"files/{file.Filename}/yank", new { reason = "worse" });

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0/yank")).With(200);

        Assert.False((await FileAsync(file.Filename)).TryGetProperty("yanked", out _));
    }

    [Fact]
    public async Task A_yank_is_taken_back_for_one_file_of_a_yanked_version_and_its_siblings_stay_yanked()
    {
        var wheel = (await PublishAsync("1.0"))[0];
        var sdist = Sdists.Build(_project, "1.0");
        (await _writer.UploadAsync(sdist)).With(200);
        await PutAsync("versions/1.0/yank", new { reason = "bad" });

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/files/{wheel.Filename}/yank")).With(200);

        Assert.False((await FileAsync(wheel.Filename)).TryGetProperty("yanked", out _));
        Assert.Equal("bad", (await FileAsync(sdist.Filename)).GetProperty("yanked").GetString());
    }

    [Fact]
    public async Task A_deleted_file_is_gone_with_all_that_belongs_to_it_and_its_name_is_taken_for_ever()
    {
        var file = (await PublishAsync("1.0", "2.0"))[0];

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/files/{file.Filename}")).With(200);

        Assert.DoesNotContain(file.Filename, await _reader.FilenamesAsync(_project));
        (await _reader.AskAsync($"/simple/{_project}/{file.Filename}")).With(404);
        (await _reader.AskAsync($"/simple/{_project}/{file.Filename}.metadata")).With(404);
        Assert.DoesNotContain(fixture.StoredFiles(), stored => stored.Contains(file.Filename, StringComparison.Ordinal));

        foreach (var again in new[] { file, Wheels.Build(_project, "1.0", payload: 10) })
        {
            var refused = (await _writer.UploadAsync(again)).With(409);
            Assert.StartsWith("File already exists", refused.Reason, StringComparison.Ordinal);
            Assert.StartsWith("File already exists", refused.Text, StringComparison.Ordinal);
        }

        (await _reader.AskAsync($"/simple/{_project}/{file.Filename}")).With(404);
    }

    [Fact]
    public async Task A_deleted_version_takes_no_file_any_more()
    {
        await PublishAsync("1.0", "2.0");

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);

        foreach (var late in new[] { Sdists.Build(_project, "1.0.0"), Wheels.Build(_project, "1.0", build: "1") })
        {
            Assert.StartsWith("File already exists: version 1.0", (await _writer.UploadAsync(late)).With(409).Text, StringComparison.Ordinal);
        }

        Assert.True((await _reader.AskAsync($"/api/projects/{_project}")).Json.GetProperty("deleted_versions").TryGetProperty("1.0", out _));
        (await _writer.UploadAsync(Wheels.Build(_project, "1.0.post1"))).With(200);
    }

    [Fact]
    public async Task A_deleted_file_leaves_its_version_to_others()
    {
        var file = (await PublishAsync("1.0"))[0];

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/files/{file.Filename}")).With(200);

        (await _writer.UploadAsync(Wheels.Build(_project, "1.0", payload: 3) with { Filename = file.Filename.Replace("1.0", "1.0.0", StringComparison.Ordinal) })).With(409);
        (await _writer.UploadAsync(Wheels.Build(_project, "1.0", build: "1"))).With(200);
    }

    [Fact]
    public async Task A_yank_finds_its_file_by_any_spelling_and_a_deletion_by_its_own_only()
    {
        var file = (await PublishAsync("1.0"))[0];
        var spelling = file.Filename.Replace("1.0", "1.0.0", StringComparison.Ordinal);

        var answer = await PutAsync($"files/{spelling}/yank", new { reason = "bad" });

        Assert.Equal([file.Filename], answer.Json.GetProperty("files").EnumerateArray().Select(yanked => yanked.GetString()));
        Assert.Equal("bad", (await FileAsync(file.Filename)).GetProperty("yanked").GetString());
        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/files/{spelling}")).With(404);
        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/files/{spelling}/yank")).With(200);
        Assert.False((await FileAsync(file.Filename)).TryGetProperty("yanked", out _));
    }

    [Fact]
    public async Task A_deletion_may_be_repeated_and_finishes_what_was_interrupted()
    {
        var file = (await PublishAsync("1.0", "2.0"))[0];
        var address = $"/api/projects/{_project}/versions/1.0";
        var first = (await _writer.AskAsync(HttpMethod.Delete, address)).With(200).Text;

        // The state that a kill between writing the record and removing the file leaves.
        var path = Path.Combine(fixture.Storage, _project, file.Filename);
        await File.WriteAllBytesAsync(path, file.Content);
        (await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={fixture.Root}"])).Succeeded();

        Assert.Equal(first, (await _writer.AskAsync(HttpMethod.Delete, address)).With(200).Text);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_project_whose_last_file_is_deleted_stays_here_and_offers_nothing()
    {
        await PublishAsync("1.0");

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);

        // Were it unknown, the upstream index would be asked, and could put another package in its place.
        Assert.Empty((await _reader.ProjectAsync(_project)).GetProperty("files").EnumerateArray());
        Assert.DoesNotContain($"\"{_project}/\"", (await _reader.AskAsync("/simple/")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archived", 403)]
    [InlineData("quarantined", 403)]
    [InlineData("deprecated", 200)]
    [InlineData("active", 200)]
    public async Task A_status_is_shown_and_decides_whether_there_may_be_uploads(string status, int upload)
    {
        await PublishAsync("1.0");

        var answer = await PutAsync("status", new { status, reason = "see <wiki>" });

        Assert.Equal(status, answer.Json.GetProperty("status").GetString());
        var shown = (await _reader.ProjectAsync(_project)).GetProperty("project-status");
        Assert.Equal((status, "see <wiki>"), (shown.GetProperty("status").GetString(), shown.GetProperty("reason").GetString()));
        var html = (await _reader.AskAsync($"/simple/{_project}/")).Text;
        Assert.Contains($"<meta name=\"pypi:project-status\" content=\"{status}\">", html, StringComparison.Ordinal);
        Assert.Contains("<meta name=\"pypi:project-status-reason\" content=\"see &lt;wiki&gt;\">", html, StringComparison.Ordinal);

        var uploaded = (await _writer.UploadAsync(Wheels.Build(_project, "2.0"))).With(upload);
        Assert.Equal(upload == 403, uploaded.Text.Contains("see <wiki>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quarantined_project_offers_nothing_and_comes_back_whole()
    {
        var file = (await PublishAsync("1.0"))[0];

        await PutAsync("status", new { status = "quarantined" });

        Assert.Empty((await _reader.ProjectAsync(_project)).GetProperty("files").EnumerateArray());
        (await _reader.AskAsync($"/simple/{_project}/{file.Filename}")).With(403);
        (await _reader.AskAsync($"/simple/{_project}/{file.Filename}.metadata")).With(403);
        Assert.DoesNotContain($"\"{_project}/\"", (await _reader.AskAsync("/simple/")).Text, StringComparison.Ordinal);

        await PutAsync("status", new { status = "active" });

        Assert.Equal([file.Filename], await _reader.FilenamesAsync(_project));
        Assert.False((await _reader.ProjectAsync(_project)).TryGetProperty("project-status", out _));
    }

    [Fact]
    public async Task What_was_decided_can_be_read_with_the_read_secret()
    {
        var files = await PublishAsync("1.0", "2.0", "3.0");
        await PutAsync("versions/1.0/yank", new { reason = "a" });
        await PutAsync($"files/{files[1].Filename}/yank", new { reason = "b" });
        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/3.0")).With(200);
        await PutAsync("status", new { status = "deprecated", reason = "c" });

        var record = (await _reader.AskAsync($"/local/api/projects/{_project}")).With(200).Json;

        Assert.Equal(("deprecated", "c"), (record.GetProperty("status").GetString(), record.GetProperty("reason").GetString()));
        Assert.Equal("a", record.GetProperty("yanked_versions").GetProperty("1.0").GetString());
        Assert.Equal("b", record.GetProperty("yanked_files").GetProperty(files[1].Filename).GetString());
        Assert.Equal(files[2].Sha256, record.GetProperty("deleted").GetProperty(files[2].Filename).GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("PUT", "status")]
    [InlineData("PUT", "versions/1.0/yank")]
    [InlineData("DELETE", "versions/1.0/yank")]
    [InlineData("DELETE", "versions/1.0")]
    [InlineData("DELETE", "files/x-1.0.tar.gz")]
    public async Task Only_the_write_secret_decides(string method, string path)
    {
        var file = (await PublishAsync("1.0"))[0];
        var address = $"/api/projects/{_project}/{path}";

        (await _reader.AskAsync(new HttpMethod(method), address)).With(403);
        (await fixture.Server.Client().AskAsync(new HttpMethod(method), address)).With(401);
        (await fixture.Server.Client("local", "wrong").AskAsync(new HttpMethod(method), address)).With(401);

        Assert.Equal([file.Filename], await _reader.FilenamesAsync(_project));
    }

    [Theory]
    [InlineData("versions/1.0/yank", "{\"reason\": 1}", 400)]
    [InlineData("versions/1.0/yank", "{\"raison\": \"x\"}", 400)]
    [InlineData("versions/1.0/yank", "{\"reason\": \"a\", \"reason\": \"b\"}", 400)]
    [InlineData("versions/1.0/yank", "[]", 400)]
    [InlineData("versions/1.0/yank", "{", 400)]
    [InlineData("versions/1.0/yank", "null", 400)]
    [InlineData("versions/1.0/yank", "{\"reason\": \"two\\nlines\"}", 400)]
    [InlineData("versions/one/yank", "", 404)]
    [InlineData("versions/9.0/yank", "", 404)]
    [InlineData("files/none-1.0.tar.gz/yank", "", 404)]
    [InlineData("status", "", 400)]
    [InlineData("status", "{\"status\": \"gone\"}", 400)]
    [InlineData("status", "{\"status\": \"ARCHIVED\"}", 400)]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string path, string body, int status)
    {
        await PublishAsync("1.0");
        var before = (await _reader.AskAsync($"/api/projects/{_project}")).With(200).Text;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        (await Answer.ReadAsync(await _writer.PutAsync(new Uri($"/api/projects/{_project}/{path}", UriKind.Relative), content))).With(status);

        Assert.Equal(before, (await _reader.AskAsync($"/api/projects/{_project}")).With(200).Text);
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_its_end()
    {
        await PublishAsync("1.0");
        using var content = new StringContent($"{{\"reason\": \"{new string('a', 200_000)}\"}}", Encoding.UTF8, "application/json");

        (await Answer.ReadAsync(await _writer.PutAsync(new Uri($"/api/projects/{_project}/versions/1.0/yank", UriKind.Relative), content))).With(400);
    }

    [Fact]
    public async Task A_project_that_is_not_there_is_404_and_gets_no_folder()
    {
        (await _writer.AskAsync(HttpMethod.Put, "/api/projects/nobody-has-this/versions/1.0/yank")).With(404);
        (await _reader.AskAsync("/api/projects/nobody-has-this")).With(404);

        Assert.False(Directory.Exists(Path.Combine(fixture.Storage, "nobody-has-this")));
    }

    [Fact]
    public async Task Changes_made_at_once_are_all_made()
    {
        var versions = Enumerable.Range(1, 12).Select(number => $"{number}.0").ToArray();
        await PublishAsync(versions);

        await Task.WhenAll(versions.Select(version => PutAsync($"versions/{version}/yank", new { reason = version })));

        var yanked = (await _reader.AskAsync($"/api/projects/{_project}")).Json.GetProperty("yanked_versions").EnumerateObject();
        Assert.Equal(versions.Order(), yanked.Select(yank => yank.Value.GetString()).Order());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }

    private async Task<List<Distribution>> PublishAsync(params string[] versions)
    {
        var files = versions.Select(version => Wheels.Build(_project, version)).ToList();
        foreach (var file in files)
        {
            (await _writer.UploadAsync(file)).With(200);
        }

        return files;
    }

    private async Task<Answer> PutAsync(string path, object body) =>
        (await Answer.ReadAsync(await _writer.PutAsJsonAsync($"/api/projects/{_project}/{path}", body))).With(200);

    private async Task<JsonElement> FileAsync(string filename) =>
        (await _reader.ProjectAsync(_project)).GetProperty("files").EnumerateArray().Single(file => file.GetProperty("filename").GetString() == filename);
}
