using AngleSharp.Dom;
using PyWharf.Api.Pages.Descriptions;

namespace PyWharf.Unit.Api.Pages.Descriptions;

public class DescriptionMarkdownTests
{
    [Theory]
    [InlineData("a *b* **c** ~~d~~ ~e~ `f<`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <del>e</del> <code>f&lt;</code></p>")]
    [InlineData("a  \nb\nc", "<p>a<br>\nb\nc</p>")]
    [InlineData("> a\n>\n> b", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>")]
    [InlineData("- a\n- b\n  1. c", "<ul>\n<li>a\n</li>\n<li>b\n<ol>\n<li>c\n</li>\n</ol>\n</li>\n</ul>")]
    [InlineData("3. a\n\n4. b", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>")]
    [InlineData("---", "<hr>")]
    [InlineData("\uFEFF---", "<hr>")]
    [InlineData("&copy; &lt;b&gt; \\*", "<p>© &lt;b&gt; *</p>")]
    [InlineData("    a\n     b", "<pre tabindex=\"0\"><code>a\n b\n</code></pre>")]
    [InlineData("```C++ x\n<a>\n```", "<pre tabindex=\"0\"><code class=\"language-c++\">&lt;a&gt;\n</code></pre>")]
    [InlineData("```a.b\nx\n```", "<pre tabindex=\"0\"><code>x\n</code></pre>")]
    public void Markdown_is_html(string markdown, string html) => Assert.Equal(html, Render(markdown).Trim());

    [Fact]
    public void Headings_are_below_those_of_the_page_and_have_ids_of_their_own() =>
        Assert.Equal(
            """
            <h3 id="description-get-started">Get started</h3>
            <h4 id="description-get-started-1">Get <em>started</em></h4>
            <h6 id="description-body">body</h6>
            <h6 id="description-größe--co">Größe &amp; Co.</h6>
            """,
            Render("# Get started\n## Get *started*\n#### body\n###### Größe & Co.\n#\n").Trim());

    [Theory]
    [InlineData("[x](#Get-Started)", "#description-get-started")]
    [InlineData("[x](#größe)", "#description-gr%C3%B6%C3%9Fe")]
    [InlineData("[x](#gr%C3%B6%C3%9Fe)", "#description-gr%C3%B6%C3%9Fe")]
    [InlineData("[x](https://example.com/a?b=c&d='e')", "https://example.com/a?b=c&d='e'")]
    [InlineData("[x](HTTP://EXAMPLE.COM)", "http://example.com/")]
    [InlineData("[x](mailto:a@example.com)", "mailto:a@example.com")]
    [InlineData("<https://example.com>", "https://example.com/")]
    [InlineData("<a@example.com>", "mailto:a@example.com")]
    [InlineData("https://example.com/x.", "https://example.com/x")]
    [InlineData("www.example.com", "http://www.example.com/")]
    [InlineData("[x]\n\n[x]: https://example.com/y", "https://example.com/y")]
    [InlineData("[x](https://bücher.example/ü)", "https://bücher.example/%C3%BC")]
    public void Links_lead_where_they_say(string markdown, string target) => Assert.Equal(target, Parse(markdown).QuerySelector("a")!.GetAttribute("href"));

    [Theory]
    [InlineData("docs/guide.md")]
    [InlineData("/docs")]
    [InlineData("//example.com")]
    [InlineData("?a")]
    [InlineData("#")]
    [InlineData("")]
    [InlineData("ftp://example.com")]
    [InlineData("https://pypi.org@example.com/")]
    [InlineData("https://")]
    public void Links_without_a_place_are_text(string url)
    {
        var root = Parse($"see [the *guide*]({url}) first");

        Assert.Null(root.QuerySelector("a"));
        Assert.Equal("see the guide first", root.TextContent.Trim());
    }

    [Fact]
    public void Images_from_elsewhere_are_links_named_by_their_text() =>
        Assert.Equal(
            """<p><a href="https://example.com/x.png" rel="nofollow noopener noreferrer">a logo</a> <a href="https://example.com/x.png" rel="nofollow noopener noreferrer">image</a> local</p>""",
            Render("![a *logo*](https://example.com/x.png \"t\") ![](https://example.com/x.png) ![local](x.png)").Trim());

    [Fact]
    public void An_image_within_a_link_is_text_of_it() =>
        Assert.Equal(
            """<p><a href="https://example.com/ci" rel="nofollow noopener noreferrer">build</a></p>""",
            Render("[![build](https://example.com/x.svg)](https://example.com/ci)").Trim());

    [Fact]
    public void Images_are_loaded_if_the_operator_allows_it() =>
        Assert.Equal(
            """<p><img src="https://example.com/x.png" alt="a &quot;logo&quot;" title="t" loading="lazy" referrerpolicy="no-referrer"> data</p>""",
            new DescriptionRenderer(allowsExternalImages: true)
                .Render("![a \"logo\"](https://example.com/x.png \"t\") ![data](data:image/png;base64,AAAA)", "text/markdown").Value!.Trim());

    [Fact]
    public void Every_link_has_a_name()
    {
        const string Markdown = "[](https://a.example) [ ](https://b.example) [![](https://c.example/x)](https://c.example) ![](https://d.example)";
        var allowing = SafeHtml.Parse(new DescriptionRenderer(allowsExternalImages: true).Render(Markdown, "text/markdown").Value!);

        Assert.All(
            Parse(Markdown).QuerySelectorAll("a").Concat(allowing.QuerySelectorAll("a")),
            link => Assert.NotEqual("", link.TextContent.Trim() + link.QuerySelector("img")?.GetAttribute("alt")));
    }

    [Theory]
    [InlineData("[a ")]
    [InlineData("*a ")]
    [InlineData("**a** ")]
    [InlineData("~a~ ")]
    [InlineData("[a](https://example.com) ")]
    [InlineData("a* ")]
    [InlineData("![ ")]
    public void A_paragraph_with_many_delimiters_is_no_nesting(string part) =>
        Assert.StartsWith("<p>", Render(string.Concat(Enumerable.Repeat(part, 200))), StringComparison.Ordinal);

    [Fact]
    public void Tables_scroll_and_align_by_classes() =>
        Assert.Equal(
            """
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table 1"><table>
            <tr><td></td><th scope="col" class="align-left">b</th><th scope="col" class="align-center">c</th><th scope="col" class="align-right">d</th></tr>
            <tr><td>1</td><td class="align-left"><strong>2</strong></td><td class="align-center">3</td><td class="align-right"></td></tr>
            <tr><td>1</td><td class="align-left">2</td><td class="align-center">3</td><td class="align-right">4</td></tr>
            </table></div>
            """,
            Render("||b|c|d|\n|-|:-|:-:|-:|\n|1|**2**|3|\n|1|2|3|4|5|6|7|\n").Trim());

    [Fact]
    public void Task_lists_have_boxes_with_names()
    {
        var root = Parse("- [x] a\n- [ ] b\n- c [x]\n\n[x]");

        Assert.Equal(["done", "to do"], root.QuerySelectorAll("input").Select(box => box.GetAttribute("aria-label")));
        Assert.Equal([true, false], root.QuerySelectorAll("input").Select(box => box.HasAttribute("checked")));
        Assert.Contains("c [x]", root.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Footnotes_lead_to_the_note_and_back()
    {
        var root = Parse("a[^x] b[^x] c[^none]\n\n[^x]: The note.\n");

        Assert.Equal(["#description-fn:1", "#description-fn:1"], root.QuerySelectorAll("sup a").Select(link => link.GetAttribute("href")));
        Assert.All(root.QuerySelectorAll("a"), link => Assert.NotNull(root.QuerySelector($"[id='{link.GetAttribute("href")![1..]}']")));
        Assert.StartsWith("The note.", root.QuerySelector("section.footnotes li")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("c[^none]", root.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<p align=\"center\">\n  <img src=\"x.png\" alt=\"y\"> <b>Name</b> &amp; more\n</p>", "Name & more")]
    [InlineData("<!-- hidden\n\nhidden -->\n\nshown", "shown")]
    [InlineData("a <!-- hidden --> b<br/>c <kbd>d</kbd>", "a  bc d")]
    [InlineData("<script>\nhidden()\n</script>\n\nshown", "shown")]
    [InlineData("a <script>hidden()</script> b <style>*{}</style>c", "a  b c")]
    [InlineData("a <script>never ends *x*", "a")]
    [InlineData("<details>\n<summary>More</summary>\n\nand **more**\n\n</details>", "More|and more")]
    [InlineData("<ul><li>a</li><li>b <3 c</li></ul>", "a|b <3 c")]
    [InlineData("<div>a < b <i>c</div> d <", "a < b c|d <")]
    [InlineData("<div><!-- x <b>y</b> --><style>p{}</style>z</div>", "z")]
    public void Of_raw_html_the_text_remains(string markdown, string text) =>
        Assert.Equal(text, string.Join('|', Parse(markdown).QuerySelectorAll("p").Select(paragraph => paragraph.TextContent.Trim())));

    [Fact]
    public void Text_that_reorders_itself_is_in_order_and_control_characters_are_seen() =>
        Assert.Equal("<p>gnp.exe a\uFFFDb \u200Fשלום \uFFFD</p>", Render("\u202Egnp.exe&#x2066; a\u0007b \u200Fשלום \uD800").Trim());

    private static string Render(string markdown) => new DescriptionRenderer(allowsExternalImages: false).Render(markdown, "text/markdown").Value!;

    private static IElement Parse(string markdown) => SafeHtml.Parse(Render(markdown));
}
