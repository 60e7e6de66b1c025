using Microsoft.Extensions.Primitives;
using PyWharf.Api.Http;

namespace PyWharf.Unit.Api.Http;

public class ContentCodingTests
{
    [Theory]
    [InlineData("gzip, deflate")] // pip
    [InlineData("gzip, br, zstd")] // uv
    [InlineData("x-gzip")]
    [InlineData("GZIP;q=0.5")]
    [InlineData("*")]
    [InlineData("br;q=1.0, gzip;q=0.8, *;q=0.1")]
    [InlineData("gzip, identity;q=0.5")]
    [InlineData("gzip;q=0.5, identity;q=0.5")]
    public void Who_takes_gzip_gets_gzip(string header) => Assert.True(ContentCoding.WantsGzip(header, isWorthwhile: true));

    [Theory]
    [InlineData("")]
    [InlineData("br, deflate")]
    [InlineData("identity")]
    [InlineData("gzip;q=0")]
    [InlineData("gzip;q=0, *")]
    [InlineData("*;q=0")]
    [InlineData("gzip;q=0.5, identity")]
    [InlineData("gzip;q=0.1, identity;q=0.2, *")]
    [InlineData("gzippo")]
    [InlineData("gzip;q=often")]
    public void Others_get_the_plain_bytes(string header) => Assert.False(ContentCoding.WantsGzip(header, isWorthwhile: true));

    [Fact]
    public void Without_the_header_the_bytes_are_plain() => Assert.False(ContentCoding.WantsGzip(default, isWorthwhile: true));

    [Fact]
    public void Repeated_headers_are_one_list() => Assert.True(ContentCoding.WantsGzip(new StringValues(["br", "gzip"]), isWorthwhile: true));

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip, identity;q=0", true)]
    [InlineData("gzip;q=0.1, *;q=0", true)]
    [InlineData("identity;q=0", false)]
    public void A_small_page_is_compressed_only_for_those_who_refuse_it_plain(string header, bool expected) =>
        Assert.Equal(expected, ContentCoding.WantsGzip(header, isWorthwhile: false));
}
