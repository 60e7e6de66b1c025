using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Pages as a browser reads them.</summary>
internal static class PageDocument
{
    /// <summary>The document of an answer, which must be HTML.</summary>
    public static IHtmlDocument Page(this Answer answer)
    {
        Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);

        return new HtmlParser().ParseDocument(answer.Text);
    }

    /// <summary>The text below a heading of that id, which people copy.</summary>
    public static string CopyBlock(this IDocument page, string id) =>
        page.GetElementById(id)?.Closest(".copy")?.QuerySelector("pre")?.TextContent ?? throw new InvalidOperationException($"There is no block {id}.");

    /// <summary>Where links of the page's own part lead.</summary>
    public static IReadOnlyList<string> MainLinks(this IDocument page) =>
        [.. page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href") ?? "")];
}
