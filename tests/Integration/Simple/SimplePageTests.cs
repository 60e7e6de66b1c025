using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

[Collection(ServerFixture.Name)]
public sealed partial class SimplePageTests(ServerFixture server, SampleProject sample) : IClassFixture<SampleProject>, IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task The_project_list_is_html_where_nobody_asks_for_anything()
    {
        var page = (await _reader.AskAsync("/simple/")).With(200);

        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.StartsWith("<!DOCTYPE html>\n", page.Text, StringComparison.Ordinal);
        Assert.Contains("<meta name=\"pypi:repository-version\" content=\"1.4\">", page.Text, StringComparison.Ordinal);
        Assert.Contains(new IndexAnchor("my-pkg/", "", "my-pkg"), IndexAnchor.AllOf(page.Text));
    }

    [Fact]
    public async Task The_project_list_as_json_names_version_and_projects()
    {
        var page = (await _reader.AskAsync("/simple/", ("Accept", Requests.Json))).With(200);

        Assert.Equal(Requests.Json, page["Content-Type"]);
        Assert.Equal("1.4", page.Json.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Contains("my-pkg", page.Json.GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_project_as_json_has_all_that_installers_need()
    {
        var page = await _reader.ProjectAsync("my-pkg");

        Assert.Equal("my-pkg", page.GetProperty("name").GetString());
        Assert.Equal(["1.0", "2.0+loc.1"], page.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        foreach (var file in sample.Files)
        {
            var entry = page.GetProperty("files").EnumerateArray().Single(entry => entry.GetProperty("filename").GetString() == file.Filename);
            Assert.Equal(file.Sha256, entry.GetProperty("hashes").GetProperty("sha256").GetString());
            Assert.Equal(file.Content.Length, entry.GetProperty("size").GetInt64());
            Assert.Matches(UploadTime(), entry.GetProperty("upload-time").GetString());
            Assert.Equal(file.RequiresPython, entry.TryGetProperty("requires-python", out var specifier) ? specifier.GetString() : null);
            Assert.False(entry.TryGetProperty("dist-info-metadata", out _));
        }
    }

    [Fact]
    public async Task An_upload_time_is_when_it_was_uploaded()
    {
        var file = Assert.Single(
            (await _reader.ProjectAsync("my-pkg")).GetProperty("files").EnumerateArray(),
            entry => entry.GetProperty("filename").GetString() == sample.Wheel.Filename);
        var time = DateTimeOffset.Parse(file.GetProperty("upload-time").GetString() ?? "", CultureInfo.InvariantCulture);

        Assert.InRange(time, TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Each_link_in_html_leads_to_the_file_it_names_with_the_digest_it_names()
    {
        var page = (await _reader.AskAsync(SampleProject.Page, ("Accept", "text/html"))).With(200);
        var anchors = IndexAnchor.AllOf(page.Text);

        Assert.Equal(sample.Files.Select(file => file.Filename).Order(), anchors.Select(anchor => anchor.Text).Order());
        foreach (var anchor in anchors)
        {
            Assert.Equal(anchor.Text, Uri.UnescapeDataString(anchor.Path.Split('/')[^1]));
            Assert.DoesNotContain('+', anchor.Href);
            var file = (await _reader.AskAsync(new Uri(new Uri(server.Server.BaseAddress, SampleProject.Page), anchor.Path).AbsoluteUri)).With(200);
            Assert.Equal($"sha256={Convert.ToHexStringLower(SHA256.HashData(file.Bytes))}", anchor.Fragment);
        }
    }

    [Fact]
    public async Task Each_url_in_json_leads_to_its_file()
    {
        foreach (var file in (await _reader.ProjectAsync("my-pkg")).GetProperty("files").EnumerateArray())
        {
            var url = new Uri(new Uri(server.Server.BaseAddress, SampleProject.Page), file.GetProperty("url").GetString());

            Assert.Equal(file.GetProperty("size").GetInt64(), (await _reader.AskAsync(url.AbsoluteUri)).With(200).Bytes.Length);
        }
    }

    [Fact]
    public async Task A_specifier_is_escaped_once_in_html()
    {
        var page = (await _reader.AskAsync(SampleProject.Page, ("Accept", "text/html"))).With(200);
        var anchors = IndexAnchor.AllOf(page.Text).ToDictionary(anchor => anchor.Text, anchor => anchor.Attributes);

        Assert.Equal($"data-requires-python=\"&gt;=3.8,&lt;4\" {IndexAnchor.CoreMetadata(sample.Wheel)}", anchors[sample.Wheel.Filename]);
        Assert.Equal("data-requires-python=\"&gt;=3.8,&lt;4\"", anchors[sample.Sdist.Filename]);
        Assert.Equal(IndexAnchor.CoreMetadata(sample.Local), anchors[sample.Local.Filename]);
    }

    [Theory]
    [InlineData("/simple", "/simple/")]
    [InlineData("/simple/my-pkg", "/simple/my-pkg/")]
    [InlineData("/simple/My_.Pkg/", "/simple/my-pkg/")]
    [InlineData("/simple/MY..PKG?format=text/html", "/simple/my-pkg/?format=text/html")]
    [InlineData("/local/simple", "/local/simple/")]
    [InlineData("/LOCAL/simple/My-Pkg", "/local/simple/my-pkg/")]
    public async Task A_page_has_one_address_and_the_others_lead_to_it(string path, string address)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            var answer = (await _reader.AskAsync(method, path)).With(301);

            Assert.Equal(address, answer["Location"]);
        }

        (await _reader.AskAsync(address)).With(200);
    }

    [Theory]
    [InlineData("/simple/nobody-has-this/")]
    [InlineData("/simple/my-pkg/my_pkg-9.9-py3-none-any.whl")]
    [InlineData("/simple/my-pkg/my_pkg-1.0-py3-none-any.whl/")]
    [InlineData("/simple/-/")]
    [InlineData("/simple/a%20b/")]
    [InlineData("/simple/%E2%84%AA/")]
    [InlineData("/nothing/here")]
    [InlineData("/simple/a/b/c/d")]
    public async Task What_is_not_there_is_404_in_one_short_line(string path)
    {
        var answer = (await _reader.AskAsync(path, ("Accept", "text/html"))).With(404);

        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Single(answer.Text.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_page_may_run_nothing_and_is_not_guessed_about()
    {
        var page = (await _reader.AskAsync(SampleProject.Page)).With(200);

        Assert.Equal("nosniff", page["X-Content-Type-Options"]);
        Assert.StartsWith("default-src 'none'", page["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_of_a_page_is_its_get_without_the_body()
    {
        foreach (var path in (string[])["/simple/", SampleProject.Page, "/health", "/index_mtime/"])
        {
            var get = (await _reader.AskAsync(path)).With(200);
            var head = (await _reader.AskAsync(HttpMethod.Head, path)).With(200);

            Assert.Empty(head.Bytes);
            Assert.Equal(get["Content-Type"], head["Content-Type"]);
            Assert.Equal(get["ETag"], head["ETag"]);
        }
    }

    [Theory]
    [InlineData("PUT", "/simple/", "GET, HEAD, POST")]
    [InlineData("DELETE", "/simple/my-pkg/my_pkg-1.0.tar.gz", "GET, HEAD")]
    [InlineData("POST", "/simple/my-pkg/", "GET, HEAD")]
    [InlineData("POST", "/index_mtime/", "GET, HEAD")]
    [InlineData("GET", "/legacy/", "POST")]
    [InlineData("GET", "/initialize/", "POST")]
    [InlineData("PUT", "/legacy/", "POST")]
    [InlineData("GET", "/local/legacy/", "POST")]
    public async Task Another_method_is_405_and_is_told_which_there_are(string method, string path, string allowed)
    {
        var answer = (await _reader.AskAsync(new HttpMethod(method), path)).With(405);

        Assert.Equal(allowed, string.Join(", ", (answer["Allow"] ?? "").Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)));
        Assert.Equal($"{method} is not offered here.\n", answer.Text);
    }

    [Fact]
    public async Task The_server_answers_that_it_is_alive_to_anybody()
    {
        using var nobody = server.Server.Client();
        var answer = (await nobody.AskAsync("/health")).With(200);

        Assert.Equal("ok\n", answer.Text);
        Assert.StartsWith("text/plain", answer["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_is_a_page_for_who_is_known_and_leads_to_the_login_else()
    {
        using var nobody = server.Server.Client();

        Assert.Contains("href=\"/local/\"", (await _reader.AskAsync("/")).With(200).Text, StringComparison.Ordinal);
        Assert.Equal("/login/", (await nobody.AskAsync("/")).With(303)["Location"]);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\z")]
    private static partial Regex UploadTime();
}
