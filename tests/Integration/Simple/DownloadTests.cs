using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

[Collection(ServerFixture.Name)]
public sealed class DownloadTests(ServerFixture server, SampleProject sample) : IClassFixture<SampleProject>, IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    public void Dispose() => _reader.Dispose();

    private string WheelPath => SampleProject.Page + sample.Wheel.Filename;

    [Fact]
    public async Task A_file_is_sent_as_it_is_whatever_codings_the_client_reads()
    {
        foreach (var file in new[] { sample.Wheel, sample.Sdist })
        {
            var answer = (await _reader.AskAsync(SampleProject.Page + file.Filename, ("Accept-Encoding", "gzip, deflate, br"))).With(200);

            Assert.Null(answer["Content-Encoding"]);
            Assert.Equal(file.Content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), answer["Content-Length"]);
            Assert.Equal(file.Content, answer.Bytes);
            Assert.Equal("application/octet-stream", answer["Content-Type"]);
        }
    }

    [Fact]
    public async Task A_file_may_be_kept_for_ever_but_not_by_a_cache_for_everybody()
    {
        var answer = (await _reader.AskAsync(WheelPath)).With(200);

        Assert.Equal("private, max-age=365000000, immutable", answer["Cache-Control"]);
        Assert.Equal($"\"{sample.Wheel.Sha256}\"", answer["ETag"]);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
        Assert.NotNull(answer["Last-Modified"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task Head_of_a_file_tells_what_pip_needs_to_read_parts_of_it()
    {
        var head = (await _reader.AskAsync(HttpMethod.Head, WheelPath)).With(200);

        Assert.Empty(head.Bytes);
        Assert.Equal(sample.Wheel.Content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), head["Content-Length"]);
        Assert.Equal("bytes", head["Accept-Ranges"]);
        Assert.Equal($"\"{sample.Wheel.Sha256}\"", head["ETag"]);
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 9)]
    [InlineData("bytes=10-", 10, -1)]
    [InlineData("bytes=-5", -5, -1)]
    [InlineData("bytes=0-999999999", 0, -1)]
    [InlineData("bytes=-999999999", 0, -1)]
    public async Task A_range_is_sent_exactly(string range, int first, int last)
    {
        var content = sample.Wheel.Content;
        first = first < 0 ? content.Length + first : first;
        last = last < 0 ? content.Length - 1 : last;

        var part = (await _reader.AskAsync(WheelPath, ("Range", range))).With(206);

        Assert.Equal($"bytes {first}-{last}/{content.Length}", part["Content-Range"]);
        Assert.Equal(content[first..(last + 1)], part.Bytes);
    }

    [Fact]
    public async Task A_range_past_the_end_is_416_and_is_told_the_length()
    {
        var answer = (await _reader.AskAsync(WheelPath, ("Range", "bytes=999999999-"))).With(416);

        Assert.Equal($"bytes */{sample.Wheel.Content.Length}", answer["Content-Range"]);
        Assert.Empty(answer.Bytes);
    }

    [Theory]
    [InlineData("bytes=9-0")]
    [InlineData("bytes=x")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=0-1,4-5")]
    public async Task A_range_that_is_malformed_or_not_one_gets_the_whole_file(string range)
    {
        Assert.Equal(sample.Wheel.Content, (await _reader.AskAsync(WheelPath, ("Range", range))).With(200).Bytes);
    }

    [Fact]
    public async Task A_download_is_resumed_only_if_the_file_is_still_the_same()
    {
        var modified = (await _reader.AskAsync(WheelPath)).With(200)["Last-Modified"] ?? "";

        (await _reader.AskAsync(WheelPath, ("Range", "bytes=5-"), ("If-Range", $"\"{sample.Wheel.Sha256}\""))).With(206);
        (await _reader.AskAsync(WheelPath, ("Range", "bytes=5-"), ("If-Range", modified))).With(206);
        (await _reader.AskAsync(WheelPath, ("Range", "bytes=5-"), ("If-Range", "Thu, 01 Jan 1970 00:00:00 GMT"))).With(200);
        Assert.Equal(
            sample.Wheel.Content,
            (await _reader.AskAsync(WheelPath, ("Range", "bytes=5-"), ("If-Range", "\"another\""))).With(200).Bytes);
    }

    [Theory]
    [InlineData("If-None-Match", "nonsense")]
    [InlineData("If-Modified-Since", "yesterday")]
    [InlineData("If-Range", "\"")]
    [InlineData("Range", "")]
    [InlineData("Range", "bytes=-")]
    [InlineData("Range", "bytes=99999999999999999999-")]
    public async Task A_malformed_condition_is_none(string name, string value)
    {
        Assert.Equal(sample.Wheel.Content, (await _reader.AskAsync(WheelPath, (name, value))).With(200).Bytes);
    }

    [Fact]
    public async Task A_file_that_a_client_has_is_304()
    {
        var answer = (await _reader.AskAsync(WheelPath, ("If-None-Match", $"\"{sample.Wheel.Sha256}\""))).With(304);

        Assert.Empty(answer.Bytes);
        Assert.Equal($"\"{sample.Wheel.Sha256}\"", answer["ETag"]);
    }

    [Fact]
    public async Task A_plus_sign_may_be_encoded_or_not()
    {
        foreach (var name in new[] { sample.Local.Filename, sample.Local.Filename.Replace("+", "%2B", StringComparison.Ordinal), sample.Local.Filename.Replace("+", "%2b", StringComparison.Ordinal) })
        {
            Assert.Equal(sample.Local.Content, (await _reader.AskAsync(SampleProject.Page + name)).With(200).Bytes);
        }
    }

    [Theory]
    [InlineData("small-and-asked-for-often", 5_000)]
    [InlineData("sent-in-several-parts", 400_000)]
    public async Task The_whole_file_has_the_same_headers_and_bytes_with_conditions_and_without(string project, int bytes)
    {
        var file = Wheels.Build(project, "1.0", payload: bytes, random: true);
        using var writer = server.Writer();
        (await writer.UploadAsync(file)).With(200);
        var path = $"/simple/{project}/{file.Filename}";

        var plain = (await _reader.AskAsync(path)).With(200);
        var again = (await _reader.AskAsync(path)).With(200);
        var conditional = (await _reader.AskAsync(path, ("If-None-Match", "\"another\""))).With(200);
        var head = (await _reader.AskAsync(HttpMethod.Head, path)).With(200);

        Assert.All([plain, again, conditional], answer => Assert.Equal(file.Content, answer.Bytes));
        Assert.All([again, conditional, head], answer => Assert.Equal(HeadersOf(plain), HeadersOf(answer)));
        Assert.Equal(file.Content[5..], (await _reader.AskAsync(path, ("Range", "bytes=5-"))).With(206).Bytes);
    }

    [Fact]
    public async Task A_file_that_was_sent_and_then_removed_is_not_sent_from_memory()
    {
        var file = Wheels.Build("sent-then-removed", "1.0");
        using var writer = server.Writer();
        (await writer.UploadAsync(file)).With(200);
        var path = $"/simple/sent-then-removed/{file.Filename}";
        (await _reader.AskAsync(path)).With(200);
        File.Delete(Path.Combine(server.Storage, "sent-then-removed", file.Filename));

        (await _reader.AskAsync(path)).With(404);
    }

    [Fact]
    public async Task A_file_needs_a_secret_as_its_page_does()
    {
        using var nobody = server.Server.Client();

        var answer = (await nobody.AskAsync(WheelPath)).With(401);

        Assert.StartsWith("Basic realm=", answer["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my_pkg-1.0-py3-none-any.whl.meta")]
    [InlineData("MY_PKG-1.0-py3-none-any.whl")]
    [InlineData("index.toml")]
    public async Task Nothing_but_published_files_is_sent(string filename)
    {
        (await _reader.AskAsync(SampleProject.Page + filename)).With(404);
    }

    private static string[] HeadersOf(Answer answer) =>
        [.. new[] { "Content-Type", "Content-Length", "Accept-Ranges", "ETag", "Last-Modified", "Cache-Control", "X-Content-Type-Options" }.Select(name => $"{name}: {answer[name]}")];
}
