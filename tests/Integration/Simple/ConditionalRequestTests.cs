using System.IO.Compression;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

[Collection(ServerFixture.Name)]
public sealed class ConditionalRequestTests(ServerFixture server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _writer = server.Writer();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Theory]
    [InlineData(Requests.Json)]
    [InlineData("text/html")]
    public async Task A_page_that_a_client_has_is_304_until_an_upload_changes_it(string accept)
    {
        var project = $"conditional-{accept.Length}";
        (await _writer.UploadAsync(Wheels.Build(project, "1.0"))).With(200);

        var page = (await _reader.AskAsync($"/simple/{project}/", ("Accept", accept))).With(200);
        var etag = page["ETag"] ?? "";
        var same = (await _reader.AskAsync($"/simple/{project}/", ("Accept", accept), ("If-None-Match", $"\"other\", W/{etag}"))).With(304);

        Assert.StartsWith("\"", etag, StringComparison.Ordinal);
        Assert.Equal((etag, page["Vary"], page["Cache-Control"]), (same["ETag"], same["Vary"], same["Cache-Control"]));
        Assert.Empty(same.Bytes);

        var second = Wheels.Build(project, "2.0");
        (await _writer.UploadAsync(second)).With(200);
        var changed = (await _reader.AskAsync($"/simple/{project}/", ("Accept", accept), ("If-None-Match", etag))).With(200);

        Assert.Contains(second.Filename, changed.Text, StringComparison.Ordinal);
        Assert.NotEqual(etag, changed["ETag"]);
    }

    [Fact]
    public async Task Each_representation_has_a_tag_of_its_own()
    {
        var tags = new List<string?>();
        await UploadManyAsync("tagged");
        foreach (var accept in (string[])[Requests.Json, "text/html"])
        {
            foreach (var coding in (string[])["identity", "gzip"])
            {
                tags.Add((await _reader.AskAsync("/simple/tagged/", ("Accept", accept), ("Accept-Encoding", coding))).With(200)["ETag"]);
            }
        }

        Assert.Equal(4, tags.Distinct().Count());
        Assert.DoesNotContain(null, tags);
    }

    [Fact]
    public async Task A_page_is_compressed_for_who_can_read_that_and_says_the_same()
    {
        await UploadManyAsync("compressed");

        var plain = (await _reader.AskAsync("/simple/compressed/", ("Accept", Requests.Json))).With(200);
        var gzip = (await _reader.AskAsync("/simple/compressed/", ("Accept", Requests.Json), ("Accept-Encoding", "gzip, deflate"))).With(200);

        Assert.Null(plain["Content-Encoding"]);
        Assert.Equal("gzip", gzip["Content-Encoding"]);
        Assert.True(gzip.Bytes.Length < plain.Bytes.Length);
        Assert.Equal(plain.Text, Decompressed(gzip.Bytes));
        Assert.All(new[] { plain, gzip }, page => Assert.Contains("Accept-Encoding", page["Vary"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_cache_keeps_it_must_ask_about()
    {
        var page = (await _reader.AskAsync("/simple/")).With(200);

        Assert.Contains("no-cache", page["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("private", page["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("Authorization", page["Vary"], StringComparison.Ordinal);
    }

    private async Task UploadManyAsync(string project)
    {
        foreach (var version in Enumerable.Range(1, 8))
        {
            (await _writer.UploadAsync(Wheels.Build(project, $"{version}.0"))).With(200);
        }
    }

    private static string Decompressed(byte[] bytes)
    {
        using var text = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);

        return text.ReadToEnd();
    }
}
