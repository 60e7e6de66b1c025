using System.Text;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Legacy;

[Collection(ServerFixture.Name)]
public sealed class LegacyJsonTests(ServerFixture server, DescribedProject described) : IClassFixture<DescribedProject>, IDisposable
{
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _writer = server.Writer();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task A_project_has_every_key_that_PyPI_has()
    {
        var document = await DocumentAsync("described.pkg");

        Assert.Equal(["info", "last_serial", "releases", "urls", "vulnerabilities"], KeysOf(document));
        Assert.Equal(
            [
                "author", "author_email", "bugtrack_url", "classifiers", "description", "description_content_type", "docs_url", "download_url",
                "downloads", "dynamic", "home_page", "keywords", "license", "license_expression", "license_files", "maintainer",
                "maintainer_email", "name", "package_url", "platform", "project_url", "project_urls", "provides_extra", "release_url",
                "requires_dist", "requires_python", "summary", "version", "yanked", "yanked_reason",
            ],
            KeysOf(document.GetProperty("info")));
        Assert.Equal(
            [
                "comment_text", "digests", "downloads", "filename", "has_sig", "md5_digest", "packagetype", "python_version",
                "requires_python", "size", "upload_time", "upload_time_iso_8601", "url", "yanked", "yanked_reason",
            ],
            KeysOf(document.GetProperty("urls")[0]));
        Assert.Equal(0, document.GetProperty("vulnerabilities").GetArrayLength());
        Assert.True(document.GetProperty("last_serial").GetInt64() > 0);
    }

    [Fact]
    public async Task The_newest_version_that_installers_take_says_what_its_wheel_says()
    {
        var info = (await DocumentAsync("described.pkg")).GetProperty("info");

        Assert.Equal("Described.Pkg", Text(info, "name"));
        Assert.Equal("2.0", Text(info, "version"));
        Assert.Equal(SampleMetadata.Summary, Text(info, "summary"));
        Assert.Equal("MIT OR Apache-2.0", Text(info, "license_expression"));
        Assert.Equal("A. Uthor", Text(info, "author"));
        Assert.Equal(">=3.8,<4", Text(info, "requires_python"));
        Assert.Equal(["Framework :: Flake8", "Topic :: Utilities"], Texts(info, "classifiers"));
        Assert.Equal(["a>=1", "b; extra == \"x\""], Texts(info, "requires_dist"));
        Assert.Equal(["x"], Texts(info, "provides_extra"));
        Assert.Equal(["LICENSE"], Texts(info, "license_files"));
        Assert.Equal(
            ["Homepage https://home.example/", "Source code https://source.example/a,b", "Bugs https://bugs.example/"],
            info.GetProperty("project_urls").EnumerateObject().Select(link => $"{link.Name} {link.Value.GetString()}"));
        Assert.Contains("# Described.Pkg", Text(info, "description"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, info.GetProperty("maintainer").ValueKind);
        Assert.Equal(-1, info.GetProperty("downloads").GetProperty("last_week").GetInt32());
        Assert.False(info.GetProperty("yanked").GetBoolean());
    }

    [Fact]
    public async Task A_field_that_nobody_gave_is_null_but_for_the_classifiers()
    {
        var info = (await DocumentAsync("described-pkg/1.0")).GetProperty("info");

        Assert.All(
            ["requires_dist", "provides_extra", "dynamic", "license_files", "project_urls", "platform", "home_page"],
            name => Assert.Equal(JsonValueKind.Null, info.GetProperty(name).ValueKind));
        Assert.Empty(Texts(info, "classifiers"));
    }

    [Fact]
    public async Task Every_version_is_listed_with_its_files_oldest_first()
    {
        var releases = (await DocumentAsync("described-pkg")).GetProperty("releases").EnumerateObject().ToList();

        Assert.Equal(["1.0", "2.0", "3.0rc1"], releases.Select(release => release.Name));
        Assert.Equal(
            [described.Wheel.Filename, described.Sdist.Filename],
            releases[1].Value.EnumerateArray().Select(file => Text(file, "filename")));
    }

    [Fact]
    public async Task A_file_is_described_and_its_url_leads_to_it()
    {
        var files = (await DocumentAsync("described-pkg/2.0")).GetProperty("urls").EnumerateArray().ToList();

        Assert.Equal(
            [("bdist_wheel", "py3", described.Wheel.Sha256), ("sdist", "source", described.Sdist.Sha256)],
            files.Select(file => (Text(file, "packagetype"), Text(file, "python_version"), Text(file.GetProperty("digests"), "sha256"))));
        foreach (var file in files)
        {
            Assert.StartsWith(server.Server.BaseAddress.AbsoluteUri + "simple/described-pkg/", Text(file, "url"), StringComparison.Ordinal);
            Assert.Equal(file.GetProperty("size").GetInt64(), (await _reader.AskAsync(Text(file, "url") ?? "")).With(200).Bytes.Length);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\z", Text(file, "upload_time"));
            Assert.StartsWith(Text(file, "upload_time") ?? "", Text(file, "upload_time_iso_8601"), StringComparison.Ordinal);
            Assert.EndsWith("Z", Text(file, "upload_time_iso_8601"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/pypi/Described_._PKG/2.0.0/json")]
    [InlineData("/pypi/described-pkg/v2/json/")]
    [InlineData("/local/pypi/described-pkg/2.0/json")]
    public async Task Names_and_versions_may_be_spelled_in_any_way_and_nobody_is_redirected(string path)
    {
        var document = (await _reader.AskAsync(path)).With(200).Json;

        Assert.Equal("2.0", Text(document.GetProperty("info"), "version"));
        Assert.False(document.TryGetProperty("releases", out _));
    }

    [Fact]
    public async Task Links_below_a_repository_stay_below_it()
    {
        var file = (await _reader.AskAsync("/LOCAL/pypi/described-pkg/2.0/json")).With(200).Json.GetProperty("urls")[0];

        Assert.StartsWith(server.Server.BaseAddress.AbsoluteUri + "local/simple/described-pkg/", Text(file, "url"), StringComparison.Ordinal);
        Assert.Equal(described.Wheel.Content, (await _reader.AskAsync(Text(file, "url") ?? "")).With(200).Bytes);
    }

    [Fact]
    public async Task Links_name_the_host_that_the_client_named()
    {
        var file = (await _reader.AskAsync("/pypi/described-pkg/json", ("Host", "packages.example:81"), ("X-Forwarded-Host", "evil.example"))).With(200).Json.GetProperty("urls")[0];

        Assert.StartsWith("http://packages.example:81/simple/", Text(file, "url"), StringComparison.Ordinal);
        Assert.StartsWith(server.Server.BaseAddress.AbsoluteUri, Text((await DocumentAsync("described-pkg")).GetProperty("urls")[0], "url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_a_client_has_is_304_until_the_project_changes()
    {
        (await _writer.UploadAsync(Wheels.Build("legacy-changes", "1.0"))).With(200);
        var first = (await _reader.AskAsync("/pypi/legacy-changes/json")).With(200);
        var etag = first["ETag"] ?? "";
        var same = (await _reader.AskAsync("/pypi/legacy-changes/json", ("If-None-Match", etag))).With(304);
        var head = (await _reader.AskAsync(HttpMethod.Head, "/pypi/legacy-changes/json")).With(200);

        Assert.Equal(("application/json", "private, no-cache", "nosniff"), (first["Content-Type"], first["Cache-Control"], first["X-Content-Type-Options"]));
        Assert.Equal((etag, 0, etag, 0), (same["ETag"], same.Bytes.Length, head["ETag"], head.Bytes.Length));

        (await _writer.UploadAsync(Wheels.Build("legacy-changes", "1.1"))).With(200);
        var changed = (await _reader.AskAsync("/pypi/legacy-changes/json", ("If-None-Match", etag))).With(200);

        Assert.Equal("1.1", Text(changed.Json.GetProperty("info"), "version"));
        Assert.True(changed.Json.GetProperty("last_serial").GetInt64() > first.Json.GetProperty("last_serial").GetInt64());
    }

    [Fact]
    public async Task A_yank_is_told_with_its_reason_and_the_newest_version_is_another()
    {
        (await _writer.UploadAsync(Wheels.Build("legacy-yanked", "1.0"))).With(200);
        (await _writer.UploadAsync(Wheels.Build("legacy-yanked", "2.0"))).With(200);
        await PutAsync("/api/projects/legacy-yanked/versions/2.0/yank", "{\"reason\": \"bad \\\"<b>\\\"\"}");

        var project = await DocumentAsync("legacy-yanked");
        var yanked = await DocumentAsync("legacy-yanked/2.0");

        Assert.Equal("1.0", Text(project.GetProperty("info"), "version"));
        Assert.False(project.GetProperty("info").GetProperty("yanked").GetBoolean());
        foreach (var said in new[] { yanked.GetProperty("info"), yanked.GetProperty("urls")[0], project.GetProperty("releases").GetProperty("2.0")[0] })
        {
            Assert.True(said.GetProperty("yanked").GetBoolean());
            Assert.Equal("bad \"<b>\"", Text(said, "yanked_reason"));
        }
    }

    [Fact]
    public async Task A_quarantined_project_is_not_there()
    {
        (await _writer.UploadAsync(Wheels.Build("legacy-quarantined", "1.0"))).With(200);
        (await _reader.AskAsync("/pypi/legacy-quarantined/json")).With(200);

        await PutAsync("/api/projects/legacy-quarantined/status", "{\"status\": \"quarantined\"}");

        (await _reader.AskAsync("/pypi/legacy-quarantined/json")).With(404);
        (await _reader.AskAsync("/pypi/legacy-quarantined/1.0/json")).With(404);
    }

    [Theory]
    [InlineData("/pypi/nobody-has-this/json")]
    [InlineData("/pypi/described-pkg/9.9/json")]
    [InlineData("/pypi/described-pkg/no-version/json")]
    [InlineData("/pypi/-/json")]
    [InlineData("/pypi/described-pkg")]
    [InlineData("/unknown..name-/pypi/described-pkg/json")]
    public async Task What_is_not_there_is_404_in_the_form_that_is_asked_for(string path)
    {
        var answer = (await _reader.AskAsync(path, ("Accept", "text/plain"))).With(404);

        Assert.StartsWith("text/plain", answer["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Fact]
    public async Task A_failure_is_JSON_for_who_asks_for_that()
    {
        var answer = (await _reader.AskAsync("/pypi/nobody-has-this/json", ("Accept", "application/json"))).With(404);

        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("NotFound", Text(answer.Json, "code"));
    }

    [Fact]
    public async Task Nobody_without_a_secret_is_told_anything()
    {
        using var nobody = server.Server.Client();

        var known = (await nobody.AskAsync("/pypi/described-pkg/json")).With(401);
        var unknown = (await nobody.AskAsync("/pypi/nobody-has-this/json")).With(401);

        Assert.StartsWith("Basic realm=", known["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(known.Text, unknown.Text);
    }

    [Fact]
    public async Task Text_that_is_no_latin_and_a_long_description_come_back_as_they_were()
    {
        var description = "☃ «читать» \\ \" </script> \u0001\n" + new string('x', 100_000);
        var form = ClientForm.LikeTwine(Wheels.Build("legacy-text", "1.0")).With("author", "Ünï 💥").With("description", description);
        (await _writer.UploadAsync(form)).With(200);

        var info = (await DocumentAsync("legacy-text")).GetProperty("info");

        Assert.Equal("Ünï 💥", Text(info, "author"));
        Assert.Equal(description, Text(info, "description"));
    }

    private async Task<JsonElement> DocumentAsync(string project) => (await _reader.AskAsync($"/pypi/{project}/json")).With(200).Json;

    private async Task PutAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        (await Answer.ReadAsync(await _writer.PutAsync(new Uri(path, UriKind.Relative), content))).With(200);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static IEnumerable<string?> Texts(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(value => value.GetString());

    private static IEnumerable<string> KeysOf(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
