using System.IO.Compression;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Conformance;

/// <summary>Rows 1 to 10 and 17 to 20: which page is answered, and when.</summary>
[Collection(FortyTestsServer.Name)]
public sealed class FortyTestsOfPages(FortyTestsServer server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task Row_01_The_project_list_without_Accept_is_HTML5_with_a_version()
    {
        var page = (await _reader.AskAsync(FortyTestsServer.Simple)).With(200);

        Assert.StartsWith("text/html", page["Content-Type"], StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<meta name=\"pypi:repository-version\" content=\"1.4\">", page.Text, StringComparison.Ordinal);
        Assert.Contains(IndexAnchor.AllOf(page.Text), anchor => anchor is { Href: "my-pkg/", Text: "my-pkg" });
    }

    [Fact]
    public async Task Row_02_The_project_list_as_JSON_has_that_content_type_exactly_and_names_the_projects()
    {
        var page = (await _reader.AskAsync(FortyTestsServer.Simple, ("Accept", Requests.Json))).With(200);

        Assert.Equal(Requests.Json, page["Content-Type"]);
        Assert.Equal("1.4", page.Json.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Contains("my-pkg", page.Json.GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Row_03_What_pip_accepts_is_JSON_with_all_that_pip_needs()
    {
        var page = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", FortyTestsServer.Pip))).With(200);

        Assert.Equal(Requests.Json, page["Content-Type"]);
        Assert.Equal("my-pkg", page.Json.GetProperty("name").GetString());
        Assert.Equal(["1.0", "1.5", "1.6", "2.0+loc.1"], page.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(server.Files.Count, page.Json.GetProperty("files").GetArrayLength());
        foreach (var file in page.Json.GetProperty("files").EnumerateArray())
        {
            var published = server.Files.Single(published => published.Filename == file.GetProperty("filename").GetString());
            Assert.Equal(published.Sha256, file.GetProperty("hashes").GetProperty("sha256").GetString());
            Assert.Equal(published.Content.Length, file.GetProperty("size").GetInt32());
            Assert.NotNull(file.GetProperty("url").GetString());
            Assert.NotNull(file.GetProperty("upload-time").GetString());
        }
    }

    [Fact]
    public async Task Row_04_The_highest_weight_decides()
    {
        var uv = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", FortyTestsServer.Uv))).With(200);
        var html = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", $"text/html;q=0.9, {Requests.Json};q=0.1"))).With(200);

        Assert.Equal(Requests.Json, uv["Content-Type"]);
        Assert.StartsWith("text/html", html["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_05_The_latest_version_is_answered_with_the_one_it_is()
    {
        var json = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", "application/vnd.pypi.simple.latest+json"))).With(200);
        var html = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", "application/vnd.pypi.simple.latest+html"))).With(200);

        Assert.Equal((Requests.Json, FortyTestsServer.SimpleHtml), (json["Content-Type"], html["Content-Type"]));
    }

    [Fact]
    public async Task Row_06_What_cannot_be_had_is_406_and_varies_by_Accept()
    {
        foreach (var accept in (string[])["application/vnd.pypi.simple.v2+json", $"{Requests.Json};q=0, image/png"])
        {
            Assert.Contains("Accept", Varying((await _reader.AskAsync(FortyTestsServer.Page, ("Accept", accept))).With(406)));
        }
    }

    [Fact]
    public async Task Row_07_A_format_in_the_URL_outweighs_Accept()
    {
        var page = (await _reader.AskAsync($"{FortyTestsServer.Page}?format=application/vnd.pypi.simple.v1%2Bjson", ("Accept", "text/html"))).With(200);

        Assert.Equal(Requests.Json, page["Content-Type"]);
    }

    [Fact]
    public async Task Row_08_A_missing_slash_is_redirected_below_the_prefix()
    {
        var asked = new Uri(server.Server.BaseAddress, FortyTestsServer.Page.TrimEnd('/'));
        var target = new Uri(asked, (await _reader.AskAsync(asked.AbsolutePath)).With(301)["Location"]);

        Assert.Equal(new Uri(server.Server.BaseAddress, FortyTestsServer.Page), target);
        (await _reader.AskAsync(target.AbsoluteUri)).With(200);
    }

    [Fact]
    public async Task Row_09_A_name_that_is_not_normalised_is_redirected_to_the_one_that_is()
    {
        Assert.Equal(FortyTestsServer.Page, (await _reader.AskAsync($"{FortyTestsServer.Simple}My_.Pkg/")).With(301)["Location"]);
    }

    [Fact]
    public async Task Row_10_A_trusted_proxy_says_what_the_server_is_called_and_nobody_else_does()
    {
        (string, string)[] forwarded = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pub")];
        var path = FortyTestsServer.Page.TrimEnd('/');
        using var root = new TempFolder();
        using var trusting = await FortyTestsServer.StartAsync(root.Path, "", "--trusted_proxy=127.0.0.1");
        using var reader = trusting.Client(FortyTestsServer.Repository, FortyTestsServer.Reads);

        Assert.Equal("https://pub/pfx/simple/my-pkg/", (await reader.AskAsync(path, forwarded)).With(301)["Location"]);
        Assert.Equal(FortyTestsServer.Page, (await _reader.AskAsync(path, forwarded)).With(301)["Location"]);
    }

    [Fact]
    public async Task Row_17_An_upload_time_has_its_form_and_outlives_the_server()
    {
        using var root = new TempFolder();
        var first = "";
        using (var before = await FortyTestsServer.StartAsync(root.Path))
        {
            using var writer = before.Client(FortyTestsServer.Repository, FortyTestsServer.Writes);
            (await writer.UploadAsync(server.Wheel)).With(200);
            first = await UploadTimeAsync(writer);
            Assert.Equal(first, await UploadTimeAsync(writer));
            await before.TerminateAsync();
        }

        using var after = await FortyTestsServer.StartAsync(root.Path);
        using var reader = after.Client(FortyTestsServer.Repository, FortyTestsServer.Reads);

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\z", first);
        Assert.Equal(first, await UploadTimeAsync(reader));
    }

    [Fact]
    public async Task Row_18_A_page_that_the_client_has_is_304()
    {
        var tags = new List<string>();
        foreach (var accept in (string[])[Requests.Json, "text/html"])
        {
            var page = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", accept))).With(200);
            var same = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", accept), ("If-None-Match", page["ETag"] ?? ""))).With(304);

            Assert.Equal((page["ETag"], 0), (same["ETag"], same.Bytes.Length));
            Assert.Contains("Accept", Varying(same));
            tags.Add(page["ETag"] ?? "");
        }

        Assert.NotEqual(tags[0], tags[1]);
    }

    [Fact]
    public async Task Row_19_A_new_file_is_on_the_page_at_once_whatever_the_client_has()
    {
        using var writer = server.Writer();
        foreach (var accept in (string[])[Requests.Json, "text/html"])
        {
            var project = $"row-19-{accept.Length}";
            (await writer.UploadAsync(Wheels.Build(project, "1.0"))).With(200);
            var before = (await _reader.AskAsync($"{FortyTestsServer.Simple}{project}/", ("Accept", accept))).With(200);
            var wheel = Wheels.Build(project, "1.1");
            (await writer.UploadAsync(wheel)).With(200);

            var after = (await _reader.AskAsync($"{FortyTestsServer.Simple}{project}/", ("Accept", accept), ("If-None-Match", before["ETag"] ?? ""))).With(200);

            Assert.Contains(wheel.Filename, after.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Row_20_A_compressed_page_says_the_same_and_varies_by_Accept_Encoding()
    {
        var plain = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept-Encoding", "identity"))).With(200);
        var gzip = (await _reader.AskAsync(FortyTestsServer.Page, ("Accept-Encoding", "gzip"))).With(200);
        using var text = new StreamReader(new GZipStream(new MemoryStream(gzip.Bytes), CompressionMode.Decompress), Encoding.UTF8);

        Assert.Equal("gzip", gzip["Content-Encoding"]);
        Assert.Contains("Accept-Encoding", Varying(gzip));
        Assert.Equal(plain.Text, await text.ReadToEndAsync());
    }

    private static string[] Varying(Answer answer) => (answer["Vary"] ?? "").Split(',', StringSplitOptions.TrimEntries);

    private static async Task<string> UploadTimeAsync(HttpClient client) =>
        (await client.AskAsync(FortyTestsServer.Page, ("Accept", Requests.Json))).With(200).Json.GetProperty("files")[0].GetProperty("upload-time").GetString() ?? "";
}
