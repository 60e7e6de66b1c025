using System.Net;
using System.Text.RegularExpressions;

namespace PyWharf.Integration.Support;

/// <summary>One link of an HTML index page, read as strictly as the frozen form of PEP 833 is.</summary>
/// <param name="Href">The link, decoded from HTML.</param>
/// <param name="Attributes">The other attributes, as they stand in the page.</param>
/// <param name="Text">What is linked, decoded from HTML.</param>
internal sealed partial record IndexAnchor(string Href, string Attributes, string Text)
{
    /// <summary>The link without its fragment.</summary>
    public string Path => Href.Split('#')[0];

    /// <summary>The fragment, or an empty text.</summary>
    public string Fragment => Href.Contains('#', StringComparison.Ordinal) ? Href.Split('#', 2)[1] : "";

    /// <summary>The attributes that tell of a wheel's METADATA, under both of their names (PEP 714).</summary>
    public static string CoreMetadata(Distribution wheel) =>
        string.Join(' ', new[] { "data-core-metadata", "data-dist-info-metadata" }.Select(name => $"{name}=\"sha256={wheel.MetadataSha256}\""));

    public static IReadOnlyList<IndexAnchor> AllOf(string html) =>
        [.. Pattern().Matches(html).Select(match => new IndexAnchor(
            WebUtility.HtmlDecode(match.Groups[1].Value), match.Groups[2].Value.Trim(), WebUtility.HtmlDecode(match.Groups[3].Value)))];

    [GeneratedRegex("<a href=\"([^\"<>]*)\"([^<>]*)>([^<>]*)</a>")]
    private static partial Regex Pattern();
}
