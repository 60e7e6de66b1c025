using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.Importing;

/// <summary>Reads the links of an HTML page: the project list of an index, or a web server's listing of a folder.</summary>
internal static class IndexLinks
{
    private const int MostLinks = 1_000_000;
    private const int LongestText = 300;

    /// <summary>The links to http and https URLs, in the order of the page.</summary>
    /// <param name="page">The URL of the page, which relative links count from unless the page says otherwise.</param>
    /// <param name="html">The page.</param>
    /// <exception cref="UpstreamException">There are too many.</exception>
    public static IReadOnlyList<IndexLink> Read(Uri page, string html)
    {
        var links = new List<IndexLink>();
        var (start, target, text) = (page, (Uri?)null, new StringBuilder());
        using var source = new TextSource(new StringTextSource(html));
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true };
        for (var token = tokenizer.Get(); ; token = tokenizer.Get())
        {
            switch (token.Type)
            {
                case HtmlTokenType.Character when target is not null && text.Length < LongestText:
                    text.Append(token.Data);
                    break;
                case HtmlTokenType.StartTag when token.Name == "base":
                    start = UpstreamPageBuilder.Resolve(HrefOf(token.AsTag()), page) ?? start;
                    break;
                case HtmlTokenType.StartTag when token.Name is "script" or "style":
                    tokenizer.State = token.Name == "script" ? HtmlParseMode.Script : HtmlParseMode.Rawtext;
                    break;
                case HtmlTokenType.StartTag or HtmlTokenType.EndTag when token.Name == "a":
                    Close();
                    target = token.Type == HtmlTokenType.StartTag ? UpstreamPageBuilder.Resolve(HrefOf(token.AsTag()), start) : null;
                    break;
                case HtmlTokenType.EndOfFile:
                    Close();
                    return links;
            }
        }

        void Close()
        {
            if (target is not null)
            {
                if (links.Count == MostLinks)
                {
                    throw new UpstreamException(FailureKind.BadGateway, $"The page has more than {MostLinks} links.");
                }

                links.Add(new IndexLink(target, text.ToString().Trim()));
            }

            text.Clear();
        }
    }

    private static string? HrefOf(HtmlTagToken tag)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name == "href")
            {
                return attribute.Value;
            }
        }

        return null;
    }
}
