using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Application.Rendering;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Rendering;

public class HtmlPageTests
{
    [Fact]
    public void A_project_page_is_these_bytes() => Snapshot.Match(Pages.Html(Pages.MyPkg), "my-pkg.html");

    [Fact]
    public void A_foreign_project_page_keeps_what_upstream_said() => Snapshot.Match(Pages.Html(Pages.Foreign), "foreign.html");

    [Fact]
    public void A_project_list_is_these_bytes() =>
        Snapshot.Match(Pages.Text(SimplePage.RenderProjectList(["a", "my-pkg", "z9"]).TextHtml), "list.html");

    [Fact]
    public void An_empty_page_is_a_page() =>
        Assert.Contains("<h1>nothing</h1>\n</body>", Pages.Html(new ProjectPage("nothing", [])), StringComparison.Ordinal);

    [Fact]
    public void The_text_of_an_anchor_is_the_last_segment_of_its_link()
    {
        foreach (var anchor in Parse(Pages.Html(Pages.MyPkg)).QuerySelectorAll("a"))
        {
            var link = new Uri(new Uri("https://h/pfx/simple/my-pkg/"), anchor.GetAttribute("href"));

            Assert.Equal(anchor.TextContent, Uri.UnescapeDataString(link.Segments[^1]));
            Assert.Matches("^#sha256=[0-9a-f]{64}$", link.Fragment);
        }
    }

    [Fact]
    public void Any_text_of_an_uploader_comes_back_from_a_parser_as_it_was() => Prop.ForAll<string, string>((specifier, reason) =>
    {
        specifier ??= "";
        reason ??= "";
        var file = new PageFile("f" + reason, "f" + specifier) { RequiresPython = specifier, Yanked = reason };
        var status = new ProjectStatus("archived", reason);

        var document = Parse(Pages.Html(new ProjectPage("p" + specifier, [file]) { Status = status }));

        var anchor = Assert.Single(document.QuerySelectorAll("a"));
        Assert.Equal(Representable("f" + reason), anchor.TextContent);
        Assert.Equal(Representable("f" + specifier), anchor.GetAttribute("href"));
        Assert.Equal(Representable(specifier), anchor.GetAttribute("data-requires-python"));
        Assert.Equal(Representable(reason), anchor.GetAttribute("data-yanked"));
        Assert.Equal(Representable(reason), document.QuerySelector("meta[name='pypi:project-status-reason']")?.GetAttribute("content"));
        Assert.Equal(Representable("p" + specifier), document.QuerySelector("h1")?.TextContent);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("'&amp;&lt;\r\n\t--></a>")]
    [InlineData("\u00e9\u4e2d\ud83d\ude00\u0085\u2028")]
    public void Hostile_text_stays_text(string reason)
    {
        var document = Parse(Pages.Html(new ProjectPage("p", [PageFile.Beside("f") with { Yanked = reason }])));

        Assert.Equal(reason, Assert.Single(document.QuerySelectorAll("a")).GetAttribute("data-yanked"));
        Assert.Empty(document.QuerySelectorAll("script"));
    }

    private static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    // Neither NUL nor half a surrogate pair exists in HTML.
    private static string Representable(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
