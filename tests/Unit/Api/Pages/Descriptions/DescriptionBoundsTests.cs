using PyWharf.Api.Pages.Descriptions;

namespace PyWharf.Unit.Api.Pages.Descriptions;

/// <summary>Documents whose parts cost Markdig the square of their number, or memory without end.</summary>
public class DescriptionBoundsTests
{
    private const string TooLarge = "This description is too large or too deeply nested";

    private static readonly DescriptionRenderer Renderer = new(allowsExternalImages: false);

    [Theory]
    [InlineData("[a](")]
    [InlineData("[](")]
    [InlineData("[a](b (")]
    [InlineData("![")]
    [InlineData("[a][")]
    [InlineData("*a **a ")]
    [InlineData("~~a~ ")]
    [InlineData("x <!A ")]
    [InlineData("x <?")]
    [InlineData("x <![CDATA[")]
    [InlineData("http://a.b ")]
    [InlineData("(http://a.b")]
    [InlineData("www.a.b ")]
    [InlineData("tel:1 ")]
    [InlineData("[a]: b\n")]
    [InlineData("[a]: b \"\n")]
    [InlineData("a\n=\n")]
    [InlineData("a\n\n")]
    [InlineData("|a|\n|-|\n\n")]
    [InlineData("|-:")]
    [InlineData("- a\n")]
    public void Much_of_what_costs_much_is_shown_as_text(string part) => AssertText(Repeat(part, 200_000));

    [Fact]
    public void A_wide_table_is_shown_as_text() => AssertText($"{Repeat("|a", 60_000)}\n{Repeat("|-", 60_000)}\n{Repeat("|\n", 80_000)}");

    [Fact]
    public void A_table_whose_head_alone_is_wide_is_shown_as_text() => AssertText($"{Repeat("|", 300)}\n|-|\n{Repeat("|\n", 50_000)}");

    [Fact]
    public void A_long_table_is_shown_as_text() => AssertText($"|a|b|\n|-|-|\n{Repeat("|c|d|\n", 200_000)}");

    [Fact]
    public void Thousands_of_footnotes_are_shown_as_text() =>
        AssertText(string.Concat(Enumerable.Range(0, 10_000).Select(number => $"[^{number}] ")) + "\n\n" + string.Concat(Enumerable.Range(0, 10_000).Select(number => $"[^{number}]: b\n\n")));

    [Fact]
    public void Many_uses_of_a_long_url_do_not_multiply_it() => AssertText($"[a]: https://example.com/&amp;{Repeat("a", 100_000)}\n\n{Repeat("[a] ", 100_000)}");

    [Fact]
    public void Many_uses_of_a_title_do_not_multiply_it() => AssertText($"[a]: https://example.com/ \"{Repeat("a", 1000)}\"\n\n{Repeat("[a]\n\n", 60_000)}");

    [Theory]
    [InlineData(">")]
    [InlineData("> ")]
    [InlineData("- ")]
    [InlineData("1. ")]
    [InlineData("> - 1. ")]
    public void Deep_nesting_is_cut_off(string part)
    {
        var root = SafeHtml.Parse(Render($"{Repeat(part, 200_000)}x"));

        Assert.InRange(root.QuerySelectorAll("blockquote, li").Length, 10, 30);
        Assert.Contains(part.Trim(), root.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_are_nested_as_people_nest_them_are_lists()
    {
        var root = SafeHtml.Parse(Render("- a\n  - b\n    - c\n      - d\n        - e\n          - f\n            - g\n"));

        Assert.Equal(7, root.QuerySelectorAll("li").Length);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("*")]
    [InlineData("(")]
    [InlineData(">")]
    [InlineData("- ")]
    [InlineData("`a")]
    [InlineData("<")]
    [InlineData("&")]
    [InlineData("|a")]
    [InlineData("\0")]
    [InlineData("\uD83D")]
    public void A_megabyte_of_anything_is_cut(string part)
    {
        var html = Render(Repeat(part, 1024 * 1024));

        var root = SafeHtml.Parse(html);
        Assert.InRange(root.QuerySelector("pre.description-text")!.TextContent.Length, DescriptionRenderer.LongestDescription - 1, DescriptionRenderer.LongestDescription);
        Assert.EndsWith("these are its first 512 KiB.", root.TextContent, StringComparison.Ordinal);
        Assert.InRange(html.Length, DescriptionRenderer.LongestDescription, 5 * DescriptionRenderer.LongestDescription + 1000);
    }

    [Fact]
    public void A_long_description_of_common_parts_is_shown_as_markdown()
    {
        var changes = string.Concat(Enumerable.Range(0, 1000).Select(number =>
            $"## [1.{number}.0] - 2026-01-01\n\n* Something **nice** with `code` by @who in https://example.com/pull/{number} and a [link](https://example.com/{number} \"title\").\n\n"));
        var links = string.Concat(Enumerable.Range(0, 500).Select(number => $"[1.{number}.0]: https://example.com/compare/{number}...{number + 1}\n"));
        var table = $"|name|**value**|what|\n|-|:-:|-|\n{Repeat("|`name`|*value*|[what](https://example.com/what)|\n", 10_000)}";

        var root = SafeHtml.Parse(Render($"{changes}{table}\n\n{links}"));

        Assert.Equal(1000, root.QuerySelectorAll("h4").Length);
        Assert.Equal(500, root.QuerySelectorAll("h4 a").Length);
        Assert.Single(root.QuerySelectorAll("table"));
    }

    private static void AssertText(string document)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var html = Render(document);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80_000_000);
        var root = SafeHtml.Parse(html);
        Assert.Contains(TooLarge, root.FirstElementChild!.TextContent, StringComparison.Ordinal);
        Assert.Equal(document, root.QuerySelector("pre")!.TextContent);
    }

    private static string Render(string document) => Renderer.Render(document, "text/markdown").Value!;

    private static string Repeat(string part, int length) => string.Concat(Enumerable.Repeat(part, length / part.Length));
}
