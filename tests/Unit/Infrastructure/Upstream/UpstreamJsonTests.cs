using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Application.Rendering;
using PyWharf.Infrastructure.Upstream;
using PyWharf.Unit.Application.Rendering;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamJsonTests
{
    private static readonly Uri Address = new("https://up.example/simple/my-pkg/");

    [Fact]
    public async Task A_page_of_ours_is_read_back_with_absolute_links()
    {
        var read = await ReadAsync(Pages.Json(Pages.MyPkg));

        var expected = Pages.MyPkg with
        {
            Files = [.. Pages.MyPkg.Files.Select(file => file with { Href = Address + file.Href })],
        };
        Assert.Equal(Pages.Json(expected), Pages.Json(read));
    }

    [Fact]
    public async Task What_the_standards_know_is_kept_and_what_they_do_not_is_skipped()
    {
        var hex = Pages.Hex('a');
        var read = await ReadAsync(
            $$$"""
            {"meta":{"api-version":"1.99","_last-serial":7,"tracks":["https://x"]},"alternate-locations":[],"name":"Other","versions":["1.0","1.0","2.0"],
             "project-status":{"status":"deprecated","reason":"use bar","since":2020},
             "files":[{"filename":"a-1.0.zip","url":"a-1.0.zip#md5=0","hashes":{"sha256":"{{{hex}}}","blake2_256":"00","md5":"x"},"size":0,
               "upload-time":"2020-01-01T00:00:00Z","requires-python":">=3","dist-info-metadata":{"sha256":"{{{hex}}}","future":"1"},
               "gpg-sig":false,"yanked":true,"provenance":"https://up.example/p","future":{"deep":[1]}}]}
            """);

        var file = Assert.Single(read.Files);
        Assert.Equal("my-pkg", read.Name);
        Assert.Equal(["1.0", "2.0"], read.Versions);
        Assert.Equal(new ProjectStatus("deprecated", "use bar"), read.Status);
        Assert.Equal([FileHash.Sha256(hex)], file.Hashes);
        Assert.Equal([FileHash.Sha256(hex)], file.CoreMetadata?.Hashes);
        Assert.Equal(
            ("https://up.example/simple/my-pkg/a-1.0.zip", 0, "2020-01-01T00:00:00Z", ">=3", false, "", "https://up.example/p"),
            (file.Href, file.Size, file.UploadTime, file.RequiresPython, file.GpgSig, file.Yanked, file.Provenance));
    }

    [Theory]
    [InlineData("\"core-metadata\":true", true)]
    [InlineData("\"core-metadata\":{}", true)]
    [InlineData("\"data-dist-info-metadata\":true", true)]
    [InlineData("\"core-metadata\":false", false)]
    [InlineData("\"core-metadata\":null", false)]
    public async Task Metadata_is_there_when_the_page_says_so(string key, bool expected) =>
        Assert.Equal(expected, (await OneAsync(key)).CoreMetadata is not null);

    [Theory]
    [InlineData("true", "")]
    [InlineData("\"\"", "")]
    [InlineData("\"bad\"", "bad")]
    [InlineData("false", null)]
    [InlineData("null", null)]
    [InlineData("1", "")]
    [InlineData("[]", "")]
    [InlineData("\"\\ud800\"", "")]
    [InlineData("\"\\u001b[2J\"", "")]
    [InlineData("\"two\\nlines\"", "two lines")]
    public async Task A_file_is_yanked_when_the_page_says_so(string value, string? expected) =>
        Assert.Equal(expected, (await OneAsync($"\"yanked\":{value}")).Yanked);

    [Theory]
    [InlineData("\"size\":null")]
    [InlineData("\"size\":-1")]
    [InlineData("\"requires-python\":null")]
    [InlineData("\"requires-python\":\"\"")]
    [InlineData("\"hashes\":null")]
    [InlineData("\"provenance\":null")]
    [InlineData("\"size\":\"7\"")]
    [InlineData("\"size\":1e999")]
    [InlineData("\"size\":{\"a\":[1]}")]
    [InlineData("\"requires-python\":3.8")]
    [InlineData("\"requires-python\":[\">=3\"]")]
    [InlineData("\"requires-python\":\">=3\\ud800\"")]
    [InlineData("\"requires-python\":\">=3\\udc00\\ud800\"")]
    [InlineData("\"requires-python\":\">=3\\u001b[2J\"")]
    [InlineData("\"hashes\":{\"sha256\":null}")]
    [InlineData("\"hashes\":{\"sha256\":7}")]
    [InlineData("\"hashes\":{\"sha256\":{\"sha256\":[]}}")]
    [InlineData("\"hashes\":{\"\\ud800\":\"00\"}")]
    [InlineData("\"hashes\":[null]")]
    [InlineData("\"provenance\":true")]
    [InlineData("\"gpg-sig\":\"yes\"")]
    [InlineData("\"upload-time\":null")]
    [InlineData("\"upload-time\":1700000000")]
    [InlineData("\"upload-time\":\"yesterday\"")]
    [InlineData("\"upload-time\":\"2020-01-01\"")]
    [InlineData("\"upload-time\":\"2020-01-01T00:00:00\"")]
    [InlineData("\"upload-time\":\"2020-13-01T00:00:00Z\"")]
    [InlineData("\"core-metadata\":\"yes\"")]
    [InlineData("\"\\ud800\":7")]
    [InlineData("\"provenance\":\"javascript:alert(1)\"")]
    public async Task What_says_nothing_is_left_out(string key)
    {
        var file = await OneAsync(key);

        Assert.Equal((null, null, null, null, null), (file.Size, file.RequiresPython, file.Provenance, file.UploadTime, file.GpgSig));
        Assert.Null(file.CoreMetadata);
        Assert.Empty(file.Hashes);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("null")]
    [InlineData("[[{}]]")]
    [InlineData("\"a.zip\"")]
    [InlineData("""{"filename":null,"url":"a.zip"}""")]
    [InlineData("""{"filename":7,"url":"a.zip"}""")]
    [InlineData("""{"filename":"a.zip","url":{}}""")]
    [InlineData("""{"filename":"\ud800","url":"a.zip"}""")]
    [InlineData("""{"filename":"a.zip"}""")]
    [InlineData("""{"url":"a.zip"}""")]
    [InlineData("""{"filename":"","url":"a.zip"}""")]
    [InlineData("""{"filename":"..","url":"a.zip"}""")]
    [InlineData("""{"filename":"../a.zip","url":"a.zip"}""")]
    [InlineData("""{"filename":"b\\a.zip","url":"a.zip"}""")]
    [InlineData("""{"filename":"a\u0000.zip","url":"a.zip"}""")]
    [InlineData("""{"filename":"a\n.zip","url":"a.zip"}""")]
    [InlineData("""{"filename":"a.zip","url":"javascript:alert(1)"}""")]
    [InlineData("""{"filename":"a.zip","url":"ftp://x/a.zip"}""")]
    [InlineData("""{"filename":"a.zip","url":"https://"}""")]
    public async Task A_file_that_nobody_should_follow_is_dropped_and_no_other(string file) =>
        Assert.Equal(
            ["b.zip", "c.zip"],
            (await ReadAsync($$"""{"files":[{"filename":"b.zip","url":"b.zip"},{{file}},{"filename":"c.zip","url":"c.zip"}]}""")).Files.Select(other => other.Filename));

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_cost_their_value()
    {
        byte[] json = [.. "{\"files\":[{\"filename\":\"a.zip\",\"url\":\"a.zip\",\"yanked\":\""u8, 0xff, .. "\"},{\"filename\":\""u8, 0xc3, .. "\",\"url\":\"x\"}]}"u8];

        Assert.Equal(("a.zip", ""), Assert.Single((await ReadAsync(json)).Files) is var file ? (file.Filename, file.Yanked) : default);
    }

    [Fact]
    public async Task What_is_too_long_costs_its_value_and_nothing_else()
    {
        var file = await OneAsync($"\"requires-python\":\"{new string('>', 1001)}\",\"yanked\":\"{new string('x', 100_000)}\",\"provenance\":\"https://h/{new string('x', 5000)}\"");
        var page = await ReadAsync($$"""{"versions":["{{new string('1', 256)}}","1"],"project-status":{"status":"archived","reason":"{{new string('x', 1001)}}"},"files":[{"filename":"{{new string('a', 256)}}","url":"x"},{"filename":"a","url":"{{new string('x', 5000)}}"}]}""");

        Assert.Equal((null, "", null), (file.RequiresPython, file.Yanked, file.Provenance));
        Assert.Empty(page.Files);
        Assert.Equal(["1"], page.Versions);
        Assert.Equal(new ProjectStatus("archived"), page.Status);
    }

    [Theory]
    [InlineData("\"versions\":[null,\"1.0\",7,{},[\"3\"],\"\\ud800\",\"2\\u0000\"]")]
    [InlineData("\"versions\":[\"1.0\"],\"project-status\":7,\"meta\":[]")]
    [InlineData("\"versions\":[\"1.0\"],\"project-status\":{\"status\":null,\"reason\":{}},\"meta\":{\"api-version\":1.1}")]
    [InlineData("\"versions\":[\"1.0\"],\"project-status\":{\"status\":\"gone\"},\"meta\":{\"api-version\":null,\"\\udc00\":1}")]
    public async Task What_is_odd_around_the_files_costs_no_file(string keys)
    {
        var page = await ReadAsync($$"""{{{keys}},"files":[{"filename":"b.zip","url":"b.zip"}]}""");

        Assert.Equal(["b.zip"], page.Files.Select(file => file.Filename));
        Assert.Equal(["1.0"], page.Versions);
        Assert.Null(page.Status);
    }

    [Theory]
    [InlineData("\"2.0\"")]
    [InlineData("2")]
    [InlineData("{}")]
    public async Task A_page_of_another_major_version_is_not_understood(string version) =>
        await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync($$$"""{"meta":{"api-version":{{{version}}}},"files":[]}"""));

    [Fact]
    public async Task A_reason_of_whole_surrogate_pairs_is_kept() =>
        Assert.Equal("\U0001F600 \\ud800 é", (await OneAsync("\"yanked\":\"\\ud83d\\ude00 \\\\ud800 \\u00e9\"")).Yanked);

    [Fact]
    public async Task Without_versions_and_sizes_the_page_is_one_of_version_1_0() =>
        Assert.Equal("1.0", (await ReadAsync("""{"meta":{"api-version":"1.4"},"files":[{"filename":"a.zip","url":"a.zip","size":1}]}""")).ApiVersion);

    [Fact]
    public void Nothing_makes_it_throw_anything_unforeseen()
    {
        var valid = Encoding.UTF8.GetBytes(Pages.Json(Pages.MyPkg));

        Prop.ForAll<byte[], NonNegativeInt>((noise, at) =>
        {
            var start = at.Get % valid.Length;
            byte[] broken = [.. valid[..start], .. noise ?? [], .. valid[start..]];
            var failure = Record.Exception(() => ReadAsync(broken).GetAwaiter().GetResult());
            Assert.True(failure is null or JsonException or UpstreamException, failure?.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static Task<ProjectPage> ReadAsync(string json) => ReadAsync(Encoding.UTF8.GetBytes(json));

    private static Task<ProjectPage> ReadAsync(byte[] json) => UpstreamJson.ReadAsync("my-pkg", Address, new MemoryStream(json), default);

    private static async Task<PageFile> OneAsync(string key) =>
        Assert.Single((await ReadAsync($$"""{"files":[{"filename":"a.zip","url":"a.zip",{{key}}}]}""")).Files);
}
