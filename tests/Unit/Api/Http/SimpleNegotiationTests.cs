using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PyWharf.Api.Http;
using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Api.Http;

public class SimpleNegotiationTests
{
    private const string JsonType = "application/vnd.pypi.simple.v1+json";
    private const string HtmlType = "application/vnd.pypi.simple.v1+html";

    public static TheoryData<string, string> Clients { get; } = new()
    {
        { "pip", $"{JsonType}, {HtmlType}; q=0.1, text/html; q=0.01" },
        { "uv", $"{JsonType}, {HtmlType};q=0.2, text/html;q=0.01" },
        { "poetry", $"{JsonType}, */*;q=0.1" },
    };

    public static TheoryData<string, string> Browsers { get; } = new()
    {
        { "curl, hatch", "*/*" },
        { "Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
        { "Chromium", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7" },
        { "old Java", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2" },
        { "nobody", "" },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public void Installers_get_JSON(string client, string accept) => Assert.Equal((client, SimpleFormat.Json), (client, Accept(accept)));

    [Theory]
    [MemberData(nameof(Browsers))]
    public void Browsers_and_those_without_a_preference_get_HTML(string client, string accept) =>
        Assert.Equal((client, SimpleFormat.TextHtml), (client, Accept(accept)));

    [Fact]
    public void A_request_without_the_header_gets_HTML() => Assert.Equal(SimpleFormat.TextHtml, SimpleNegotiation.Preferred(default));

    [Theory]
    [InlineData(JsonType, nameof(SimpleFormat.Json))]
    [InlineData(HtmlType, nameof(SimpleFormat.Html))]
    [InlineData("text/html", nameof(SimpleFormat.TextHtml))]
    [InlineData("application/vnd.pypi.simple.latest+json", nameof(SimpleFormat.Json))]
    [InlineData("application/vnd.pypi.simple.latest+html", nameof(SimpleFormat.Html))]
    [InlineData("APPLICATION/vnd.PyPI.simple.V1+JSON", nameof(SimpleFormat.Json))]
    public void A_type_is_found_by_its_name_in_any_case(string accept, string expected) =>
        Assert.Equal(expected, Accept(accept).ToString());

    [Theory]
    [InlineData("text/html;q=0.9, " + JsonType + ";q=0.1", nameof(SimpleFormat.TextHtml))]
    [InlineData("text/html;q=0.1, " + JsonType + ";q=0.9", nameof(SimpleFormat.Json))]
    [InlineData("text/html;q=0.001," + JsonType + ";q=0.002", nameof(SimpleFormat.Json))]
    [InlineData("text/html;Q=0.2;level=1;x=\"a,b;q=1\",\t" + HtmlType + " ; q=0.3", nameof(SimpleFormat.Html))]
    [InlineData("text/html;x=\"\\\",;q=0\";q=0.3, " + JsonType + ";q=0.2", nameof(SimpleFormat.TextHtml))]
    public void The_highest_weight_wins(string accept, string expected) => Assert.Equal(expected, Accept(accept).ToString());

    [Theory]
    [InlineData(JsonType + ", text/html", nameof(SimpleFormat.TextHtml))]
    [InlineData(HtmlType + ";q=0.5, " + JsonType + ";q=0.5", nameof(SimpleFormat.Json))]
    [InlineData("application/*", nameof(SimpleFormat.Json))]
    public void With_equal_weights_text_html_wins_and_then_JSON(string accept, string expected) =>
        Assert.Equal(expected, Accept(accept).ToString());

    [Theory]
    [InlineData("text/*", nameof(SimpleFormat.TextHtml))]
    [InlineData("*/*, text/html;q=0.5", nameof(SimpleFormat.Json))]
    [InlineData("text/html;q=0, */*;q=0.1", nameof(SimpleFormat.Json))]
    [InlineData("*/*;q=1, text/*;q=0, application/*;q=0.2, " + JsonType + ";q=0.1", nameof(SimpleFormat.Html))]
    [InlineData("text/html;q=0.5, text/*;q=0, */*;q=0.2", nameof(SimpleFormat.TextHtml))]
    [InlineData("text/html;q=0.9, text/html;q=0.1, " + JsonType + ";q=0.5", nameof(SimpleFormat.TextHtml))]
    public void The_most_specific_range_decides_for_a_type(string accept, string expected) =>
        Assert.Equal(expected, Accept(accept).ToString());

    [Theory]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("application/json")]
    [InlineData("image/*")]
    [InlineData(JsonType + ";q=0, image/png")]
    [InlineData("*/*;q=0")]
    [InlineData("*/*;q=0.000")]
    [InlineData("nonsense")]
    [InlineData(",;,")]
    [InlineData("text/html;q=2")]
    [InlineData("text/html;q=")]
    [InlineData("text/html;q=NaN")]
    [InlineData("text/html;q=-0.5")]
    [InlineData("text/html;q=1e0")]
    [InlineData("\"text/html")]
    public void What_asks_for_nothing_that_there_is_gets_nothing(string accept) => Assert.Equal(SimpleFormat.None, Accept(accept));

    [Fact]
    public void Repeated_headers_are_one_list() =>
        Assert.Equal(SimpleFormat.Json, SimpleNegotiation.Preferred(new StringValues(["text/html;q=0.1", JsonType, "image/png"])));

    [Fact]
    public void A_huge_header_is_read_to_its_end()
    {
        var huge = string.Concat(Enumerable.Repeat("image/png;q=0.1,", 100_000)) + JsonType;

        Assert.Equal(SimpleFormat.Json, Accept(huge));
    }

    [Fact]
    public void No_header_makes_it_throw() => Prop.ForAll<string, string>((one, other) =>
    {
        SimpleNegotiation.Preferred(new StringValues([one, other, $"text/html;{one},{other};q={one}"]));
        SimpleNegotiation.Named(one);
        ContentCoding.WantsGzip(new StringValues([one, $"gzip;q={other}"]), true);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Reading_a_header_allocates_nothing()
    {
        StringValues accept = Browsers.Last()[1] as string;
        SimpleNegotiation.Preferred(accept);

        var before = GC.GetAllocatedBytesForCurrentThread();
        SimpleNegotiation.Preferred(accept);
        ContentCoding.WantsGzip("gzip, deflate, br;q=0.5", true);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("?format=application/vnd.pypi.simple.v1%2Bjson", JsonType)]
    [InlineData("?format=application/vnd.pypi.simple.v1+json", JsonType)]
    [InlineData("?format=application/vnd.pypi.simple.latest%2Bhtml", HtmlType)]
    [InlineData("?x=1&format=text/html", "text/html; charset=utf-8")]
    [InlineData("?x=format", JsonType)]
    [InlineData("", JsonType)]
    public void The_format_parameter_takes_precedence_over_the_header(string query, string contentType) =>
        Assert.Equal(contentType, Choose(query)?.ContentType);

    [Theory]
    [InlineData("?format=application/json")]
    [InlineData("?format=json")]
    [InlineData("?format=")]
    [InlineData("?format=*/*")]
    [InlineData("?format=text/html&format=text/html")]
    public void An_unknown_format_is_not_acceptable(string query) => Assert.Null(Choose(query));

    private static SimpleFormat Accept(string accept) => SimpleNegotiation.Preferred(accept);

    private static PageRepresentation? Choose(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        http.Request.Headers.Accept = JsonType;

        return SimpleNegotiation.Choose(http.Request, SimplePage.RenderProjectList([]));
    }
}
