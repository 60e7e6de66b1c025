using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyWharf.Api.Http;
using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Api.Http;

public class PageResultTests
{
    private const string JsonType = "application/vnd.pypi.simple.v1+json";

    private static readonly RenderedPage Page =
        SimplePage.Render(new ProjectPage("p", [.. Enumerable.Range(0, 50).Select(number => PageFile.Beside($"p-{number}.tar.gz"))]));

    [Theory]
    [InlineData("*/*", "text/html; charset=utf-8")]
    [InlineData("application/vnd.pypi.simple.latest+html", "application/vnd.pypi.simple.v1+html")]
    [InlineData(JsonType, JsonType)]
    public async Task The_content_type_is_the_one_that_was_chosen(string accept, string contentType)
    {
        var answer = await GetAsync(("Accept", accept));

        Assert.Equal((200, contentType), (answer.Status, Assert.Single(answer.Headers.ContentType)));
        Assert.Equal(answer.Body.Length, answer.Headers.ContentLength);
        Assert.Contains("p-49.tar.gz", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_may_be_kept_by_its_reader_alone_and_is_asked_for_each_time()
    {
        var headers = (await GetAsync()).Headers;

        Assert.Equal("private, no-cache", headers.CacheControl);
        Assert.Equal("Accept, Accept-Encoding, Authorization, Cookie", headers.Vary);
        Assert.Equal("nosniff", headers.XContentTypeOptions);
    }

    [Fact]
    public async Task Nothing_may_run_in_an_HTML_page()
    {
        Assert.StartsWith("default-src 'none';", (await GetAsync()).Headers.ContentSecurityPolicy, StringComparison.Ordinal);
        Assert.Equal(0, (await GetAsync(("Accept", JsonType))).Headers.ContentSecurityPolicy.Count);
    }

    [Fact]
    public async Task Gzip_holds_the_same_page_under_another_validator()
    {
        var plain = await GetAsync(("Accept", JsonType));
        var packed = await GetAsync(("Accept", JsonType), ("Accept-Encoding", "gzip, deflate"));

        Assert.Equal("gzip", packed.Headers.ContentEncoding);
        Assert.Equal(packed.Body.Length, packed.Headers.ContentLength);
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        Assert.Equal(plain.Body, Unpack(packed.Body));
        Assert.Equal(0, plain.Headers.ContentEncoding.Count);
    }

    [Fact]
    public async Task A_page_that_fits_into_a_packet_is_not_compressed()
    {
        var answer = await GetAsync(SimplePage.RenderProjectList(["a"]), "GET", ("Accept-Encoding", "gzip"));

        Assert.Equal(0, answer.Headers.ContentEncoding.Count);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"other\", W/\"another\",{0}")]
    [InlineData("*")]
    public async Task A_client_that_has_the_page_is_told_so(string ifNoneMatch)
    {
        var etag = (await GetAsync(("Accept", JsonType))).Headers.ETag.ToString();

        var answer = await GetAsync(("Accept", JsonType), ("If-None-Match", string.Format(null, ifNoneMatch, etag)));

        Assert.Equal((304, 0), (answer.Status, answer.Body.Length));
        Assert.Equal(etag, answer.Headers.ETag);
        Assert.Equal(1, answer.Headers.CacheControl.Count);
        Assert.Equal(1, answer.Headers.Vary.Count);
        Assert.Null(answer.Headers.ContentLength);
        Assert.Equal(0, answer.Headers.ContentType.Count);
    }

    [Fact]
    public async Task A_client_that_has_another_representation_gets_this_one()
    {
        var others = string.Join(',', Page.TextHtml.Identity.ETag, Page.Html.Identity.ETag, Page.Json.Gzip.ETag, "\"x\"", "", "W/");

        Assert.Equal(200, (await GetAsync(("Accept", JsonType), ("If-None-Match", others))).Status);
        Assert.Equal(304, (await GetAsync(("Accept", JsonType), ("If-None-Match", others), ("Accept-Encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task Half_a_validator_is_none()
    {
        var etag = Page.Json.Identity.ETag;

        Assert.Equal(200, (await GetAsync(("Accept", JsonType), ("If-None-Match", etag[..^1]))).Status);
        Assert.Equal(200, (await GetAsync(("Accept", JsonType), ("If-None-Match", "\"x" + etag[1..]))).Status);
    }

    [Fact]
    public async Task HEAD_answers_the_headers_of_GET_without_the_body()
    {
        var get = await GetAsync(Page, "GET", ("Accept-Encoding", "gzip"));
        var head = await GetAsync(Page, "HEAD", ("Accept-Encoding", "gzip"));

        Assert.Empty(head.Body);
        Assert.Equal(get.Status, head.Status);
        Assert.Equal(get.Headers.OrderBy(header => header.Key), head.Headers.OrderBy(header => header.Key));
    }

    [Fact]
    public async Task What_is_not_acceptable_is_answered_with_what_would_be()
    {
        var answer = await GetAsync(("Accept", "application/vnd.pypi.simple.v2+json"));

        Assert.Equal((406, "text/plain; charset=utf-8"), (answer.Status, answer.Headers.ContentType.ToString()));
        Assert.Contains("Accept,", answer.Headers.Vary.ToString(), StringComparison.Ordinal);
        Assert.Contains(JsonType, Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
        Assert.Empty((await GetAsync(Page, "HEAD", ("Accept", "image/png"))).Body);
    }

    private static Task<Answer> GetAsync(params (string Name, string Value)[] headers) => GetAsync(Page, "GET", headers);

    private static async Task<Answer> GetAsync(RenderedPage page, string method, params (string Name, string Value)[] headers)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        http.Request.Method = method;
        foreach (var (name, value) in headers)
        {
            http.Request.Headers[name] = value;
        }

        await PageResult.WriteAsync(http, page);

        return new Answer(http.Response.StatusCode, http.Response.Headers, body.ToArray());
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);

        return plain.ToArray();
    }

    private sealed record Answer(int Status, IHeaderDictionary Headers, byte[] Body);
}
