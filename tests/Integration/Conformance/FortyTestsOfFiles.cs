using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Conformance;

/// <summary>Rows 11 to 16 and 21 to 24: what pages say of files, and the files.</summary>
[Collection(FortyTestsServer.Name)]
public sealed class FortyTestsOfFiles(FortyTestsServer server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    public void Dispose() => _reader.Dispose();

    private string WheelPath => FortyTestsServer.Page + server.Wheel.Filename;

    [Fact]
    public async Task Row_11_A_link_is_the_encoded_name_of_its_file_with_a_digest()
    {
        var anchors = (await AnchorsAsync()).Values.ToList();

        Assert.Equal(server.Files.Count, anchors.Count);
        foreach (var anchor in anchors)
        {
            Assert.Equal(anchor.Text, Uri.UnescapeDataString(anchor.Path.Split('/')[^1]));
            Assert.Matches("^sha256=[0-9a-f]{64}$", anchor.Fragment);
            Assert.DoesNotContain('+', anchor.Href);
        }

        Assert.Contains("%2B", (await AnchorsAsync())[server.Local.Filename].Href, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_12_Requires_Python_is_escaped_once_in_HTML_and_not_in_JSON()
    {
        Assert.Contains("data-requires-python=\"&gt;=3.8,&lt;4\"", (await AnchorsAsync())[server.Wheel.Filename].Attributes, StringComparison.Ordinal);
        Assert.Equal(">=3.8,<4", (await FileAsync(server.Wheel)).GetProperty("requires-python").GetString());
    }

    [Fact]
    public async Task Row_13_A_yank_with_and_without_a_reason_is_seen_by_every_reader()
    {
        var anchors = await AnchorsAsync();

        Assert.Contains("data-yanked=\"bad &quot;&lt;b&gt;&quot;\"", anchors[server.YankedWithReason.Filename].Attributes, StringComparison.Ordinal);
        Assert.Contains("data-yanked=\"\"", anchors[server.Yanked.Filename].Attributes, StringComparison.Ordinal);
        Assert.DoesNotContain("data-yanked", anchors[server.Wheel.Filename].Attributes, StringComparison.Ordinal);
        Assert.Equal(FortyTestsServer.Reason, (await FileAsync(server.YankedWithReason)).GetProperty("yanked").GetString());
        Assert.Equal(JsonValueKind.True, (await FileAsync(server.Yanked)).GetProperty("yanked").ValueKind);
    }

    [Fact]
    public async Task Row_14_Core_metadata_of_wheels_is_offered_under_each_name_where_that_is_harmless()
    {
        var anchors = await AnchorsAsync();
        foreach (var wheel in server.Files.Where(file => file.IsWheel))
        {
            Assert.Contains($"data-core-metadata=\"sha256={wheel.MetadataSha256}\"", anchors[wheel.Filename].Attributes, StringComparison.Ordinal);
            Assert.Contains($"data-dist-info-metadata=\"sha256={wheel.MetadataSha256}\"", anchors[wheel.Filename].Attributes, StringComparison.Ordinal);
            var file = await FileAsync(wheel);
            Assert.Equal(wheel.MetadataSha256, file.GetProperty("core-metadata").GetProperty("sha256").GetString());
            Assert.False(file.TryGetProperty("dist-info-metadata", out _));
        }
    }

    [Fact]
    public async Task Row_15_A_wheel_and_its_metadata_are_what_was_promised()
    {
        var metadata = (await _reader.AskAsync($"{WheelPath}.metadata")).With(200);

        Assert.Equal(server.Wheel.Sha256, Convert.ToHexStringLower(SHA256.HashData((await _reader.AskAsync(WheelPath)).With(200).Bytes)));
        Assert.Equal(server.Wheel.MetadataSha256, Convert.ToHexStringLower(SHA256.HashData(metadata.Bytes)));
        Assert.Equal(server.Wheel.Metadata, metadata.Bytes);
    }

    [Fact]
    public async Task Row_16_The_metadata_of_an_sdist_is_neither_offered_nor_there()
    {
        (await _reader.AskAsync(FortyTestsServer.Page + server.Sdist.Filename)).With(200);
        (await _reader.AskAsync($"{FortyTestsServer.Page}{server.Sdist.Filename}.metadata")).With(404);

        Assert.DoesNotContain("metadata", (await AnchorsAsync())[server.Sdist.Filename].Attributes, StringComparison.Ordinal);
        Assert.DoesNotContain((await FileAsync(server.Sdist)).EnumerateObject(), property => property.Name.Contains("metadata", StringComparison.Ordinal) && property.Value.ValueKind != JsonValueKind.False);
    }

    [Fact]
    public async Task Row_21_An_archive_is_not_compressed_on_its_way()
    {
        var answer = (await _reader.AskAsync(FortyTestsServer.Page + server.Sdist.Filename, ("Accept-Encoding", "gzip"))).With(200);

        Assert.Null(answer["Content-Encoding"]);
        Assert.Equal(server.Sdist.Sha256, Convert.ToHexStringLower(SHA256.HashData(answer.Bytes)));
        Assert.Equal(LengthOf(server.Sdist), answer["Content-Length"]);
    }

    [Fact]
    public async Task Row_22_Head_of_a_wheel_says_all_that_get_does()
    {
        var head = (await _reader.AskAsync(HttpMethod.Head, WheelPath)).With(200);

        Assert.Equal((LengthOf(server.Wheel), "bytes", 0), (head["Content-Length"], head["Accept-Ranges"], head.Bytes.Length));
        Assert.StartsWith("\"", head["ETag"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_23_A_range_is_exact_and_one_beyond_the_end_is_416()
    {
        var content = server.Wheel.Content;
        foreach (var (range, first, end) in new[] { ("bytes=0-9", 0, 10), ("bytes=10-", 10, content.Length), ("bytes=-5", content.Length - 5, content.Length) })
        {
            var part = (await _reader.AskAsync(WheelPath, ("Range", range))).With(206);

            Assert.Equal($"bytes {first}-{end - 1}/{content.Length}", part["Content-Range"]);
            Assert.Equal(content[first..end], part.Bytes);
        }

        Assert.Equal($"bytes */{content.Length}", (await _reader.AskAsync(WheelPath, ("Range", "bytes=999999999-"))).With(416)["Content-Range"]);
    }

    [Fact]
    public async Task Row_24_A_download_is_resumed_if_the_file_is_the_same()
    {
        var etag = (await _reader.AskAsync(HttpMethod.Head, WheelPath)).With(200)["ETag"] ?? "";

        var rest = (await _reader.AskAsync(WheelPath, ("Range", "bytes=10-"), ("If-Range", etag))).With(206);
        var whole = (await _reader.AskAsync(WheelPath, ("Range", "bytes=10-"), ("If-Range", "\"another\""))).With(200);

        Assert.Equal(server.Wheel.Content[10..], rest.Bytes);
        Assert.Equal(server.Wheel.Content, whole.Bytes);
    }

    private static string LengthOf(Distribution file) => file.Content.Length.ToString(CultureInfo.InvariantCulture);

    private async Task<Dictionary<string, IndexAnchor>> AnchorsAsync() =>
        IndexAnchor.AllOf((await _reader.AskAsync(FortyTestsServer.Page, ("Accept", "text/html"))).With(200).Text).ToDictionary(anchor => anchor.Text);

    private async Task<JsonElement> FileAsync(Distribution file) =>
        (await _reader.AskAsync(FortyTestsServer.Page, ("Accept", Requests.Json))).With(200).Json.GetProperty("files").EnumerateArray()
            .Single(entry => entry.GetProperty("filename").GetString() == file.Filename);
}
