using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace PyWharf.Unit.Api.Pages.Descriptions;

/// <summary>Parses what was rendered as a browser does, and fails if anything is in it that a description can't have.</summary>
internal static partial class SafeHtml
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["a"] = ["href", "title", "rel", "id", "aria-label"],
        ["blockquote"] = [],
        ["br"] = [],
        ["code"] = ["class"],
        ["del"] = [],
        ["div"] = ["class", "tabindex", "role", "aria-label"],
        ["em"] = [],
        ["h3"] = ["id"],
        ["h4"] = ["id"],
        ["h5"] = ["id"],
        ["h6"] = ["id"],
        ["hr"] = [],
        ["img"] = ["src", "alt", "title", "loading", "referrerpolicy"],
        ["input"] = ["type", "disabled", "checked", "aria-label"],
        ["li"] = ["id"],
        ["ol"] = ["start"],
        ["p"] = ["class"],
        ["pre"] = ["class", "tabindex"],
        ["section"] = ["class", "aria-label"],
        ["strong"] = [],
        ["sup"] = [],
        ["table"] = [],
        ["tbody"] = [],
        ["td"] = ["class"],
        ["th"] = ["class", "scope"],
        ["tr"] = [],
        ["ul"] = [],
    };

    /// <summary>The description as the only content of an element.</summary>
    public static IElement Parse(string html)
    {
        var document = new HtmlParser().ParseDocument($"<!doctype html><body><div id=root>{html}</div><p id=after></p>");
        var root = document.GetElementById("root")!;

        Assert.Same(document.Body, document.GetElementById("after")!.ParentElement); // nothing was left open, nothing closed too often
        Assert.DoesNotContain('<', Tag().Replace(html, ""));
        Assert.DoesNotContain(html, character => char.IsControl(character) && character is not ('\n' or '\r' or '\t'));
        Assert.DoesNotContain(root.Descendants(), node => node is IComment);
        Assert.All(root.QuerySelectorAll("*"), Check);
        Assert.DoesNotMatch(LinkInLink(), html); // a parser would part them
        Assert.Equal(root.QuerySelectorAll("[id]").Select(element => element.Id).Distinct().Count(), root.QuerySelectorAll("[id]").Length);

        return root;
    }

    private static void Check(IElement element)
    {
        Assert.True(Allowed.TryGetValue(element.LocalName, out var attributes), $"<{element.LocalName}> in {element.OuterHtml}");
        Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, attributes));
        Assert.Equal("http://www.w3.org/1999/xhtml", element.NamespaceUri);
        AssertMatches(Link(), element.GetAttribute("href"));
        AssertMatches(Image(), element.GetAttribute("src"));
        AssertMatches(Class(), element.GetAttribute("class"));
        AssertMatches(Id(), element.GetAttribute("id"));
        Assert.True(
            element.GetAttribute("href") is null or ['#', ..] || element.GetAttribute("rel") == "nofollow noopener noreferrer", $"The link {element.OuterHtml} has no rel.");
        Assert.True(element.LocalName != "img" || element.GetAttribute("referrerpolicy") == "no-referrer", $"The image {element.OuterHtml} tells who looks at it.");
        Assert.True(element.LocalName != "input" || element is { } box && box.GetAttribute("type") == "checkbox" && box.HasAttribute("disabled"));
    }

    private static void AssertMatches(Regex pattern, string? value)
    {
        if (value is not null)
        {
            Assert.Matches(pattern, value);
        }
    }

    [GeneratedRegex("\\A(https?://[^/@]+(/|\\z)|mailto:|#description-).*\\z", RegexOptions.Singleline)]
    private static partial Regex Link();

    [GeneratedRegex("\\Ahttps?://", RegexOptions.None)]
    private static partial Regex Image();

    [GeneratedRegex("<a [^>]*>(?:(?!</a>).)*<a ", RegexOptions.Singleline)]
    private static partial Regex LinkInLink();

    [GeneratedRegex("\\A(align-(left|center|right)|language-[a-z0-9+#-]{1,30}|table-scroll|footnotes|description-(text|note))\\z")]
    private static partial Regex Class();

    [GeneratedRegex("\\Adescription-")]
    private static partial Regex Id();

    [GeneratedRegex("</?(a|blockquote|br|code|del|div|em|h[3-6]|hr|img|input|li|ol|p|pre|section|strong|sup|table|td|th|tr|ul)( [a-z-]+=\"[^\"<>]*\")*>")]
    private static partial Regex Tag();
}
