using PyWharf.Api.Pages.Descriptions;

namespace PyWharf.Unit.Api.Pages.Descriptions;

public class DescriptionFormatTests
{
    [Theory]
    [InlineData("text/markdown")]
    [InlineData("TEXT/Markdown")]
    [InlineData("text/markdown; charset=UTF-8; variant=GFM")]
    [InlineData("text/markdown;charset=utf-8;variant=\"GFM\"")]
    [InlineData("text/markdown; variant=Unheard")]
    [InlineData(" text/markdown ")]
    public void Markdown_is_that_of_GitHub(string contentType) => Assert.Equal(nameof(DescriptionFormat.GitHubMarkdown), $"{DescriptionFormats.Parse(contentType)}");

    [Theory]
    [InlineData("text/markdown; variant=CommonMark")]
    [InlineData("text/markdown; charset=UTF-8; Variant=\"commonmark\"")]
    public void Markdown_may_be_CommonMark(string contentType) => Assert.Equal(nameof(DescriptionFormat.CommonMark), $"{DescriptionFormats.Parse(contentType)}");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("UNKNOWN")]
    [InlineData("text/x-rst")]
    [InlineData("text/plain; charset=UTF-8")]
    [InlineData("text/html")]
    [InlineData("text/markdownx")]
    [InlineData("markdown")]
    [InlineData(";;; \0 \"")]
    public void All_else_is_plain_text(string? contentType) => Assert.Equal(nameof(DescriptionFormat.PlainText), $"{DescriptionFormats.Parse(contentType)}");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("UNKNOWN\n")]
    public void No_description_is_nothing(string? description) =>
        Assert.Equal("", new DescriptionRenderer(allowsExternalImages: false).Render(description, "text/markdown").Value ?? "");

    [Fact]
    public void Plain_text_is_preformatted() =>
        Assert.Equal(
            "<pre class=\"description-text\">Title\n=====\n\n.. raw:: html\n\n   &lt;b&gt; &amp; *x*</pre>",
            new DescriptionRenderer(allowsExternalImages: false).Render("Title\n=====\n\n.. raw:: html\n\n   <b> & *x*", "text/x-rst").Value);

    [Fact]
    public void CommonMark_has_no_tables()
    {
        var root = SafeHtml.Parse(new DescriptionRenderer(allowsExternalImages: false).Render("|a|\n|-|\n|b|\n\n~~c~~ **d**", "text/markdown; variant=CommonMark").Value!);

        Assert.Null(root.QuerySelector("table"));
        Assert.Null(root.QuerySelector("del"));
        Assert.Equal("d", root.QuerySelector("strong")!.TextContent);
    }
}
