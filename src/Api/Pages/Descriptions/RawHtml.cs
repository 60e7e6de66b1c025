using System.Buffers;
using System.Net;
using System.Text;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>
/// The text of HTML within Markdown. It is no HTML parser: whatever it returns is text, which is encoded when it is written, so that a wrong guess is
/// ugly and never dangerous.
/// </summary>
internal static class RawHtml
{
    private static readonly SearchValues<char> LettersAndDigits = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> InlineElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "picture", "q", "s", "samp", "small", "source", "span", "strong", "sub", "sup", "u", "var",
    };

    /// <summary>The name of the element that a tag opens, as it is written, or an empty one for an end tag, a comment and the like.</summary>
    public static ReadOnlySpan<char> ElementOf(ReadOnlySpan<char> tag)
    {
        var name = tag[1..];
        var end = name.IndexOfAnyExcept(LettersAndDigits);
        return name.IsEmpty || !char.IsAsciiLetter(name[0]) ? [] : end < 0 ? name : name[..end];
    }

    /// <summary>Whether an element holds no text for people.</summary>
    public static bool IsHidden(ReadOnlySpan<char> element) =>
        element.Equals("script", StringComparison.OrdinalIgnoreCase) || element.Equals("style", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text between tags, in paragraphs: a new one starts at each tag that is not one of running text.</summary>
    public static IEnumerable<string> Paragraphs(string html)
    {
        var paragraph = new StringBuilder();
        for (var position = 0; position < html.Length;)
        {
            var tag = html.IndexOf('<', position);
            if (tag < 0 || tag + 1 == html.Length)
            {
                paragraph.Append(html, position, html.Length - position);
                break;
            }

            paragraph.Append(html, position, tag - position);
            position = EndOfTag(html, tag, out var startsParagraph);
            if (position == tag)
            {
                paragraph.Append('<');
                position++;
            }
            else if (startsParagraph)
            {
                if (TextOf(paragraph) is { Length: > 0 } text)
                {
                    yield return text;
                }

                paragraph.Clear();
            }
        }

        if (TextOf(paragraph) is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    private static string TextOf(StringBuilder paragraph) => WebUtility.HtmlDecode(paragraph.ToString()).Trim();

    /// <summary>The position after a tag, a comment or an element without text; that of the tag itself if it is none.</summary>
    private static int EndOfTag(string html, int tag, out bool startsParagraph)
    {
        startsParagraph = false;
        if (html.AsSpan(tag).StartsWith("<!--"))
        {
            return After(html, "-->", tag + 4);
        }

        if (html[tag + 1] is '!' or '?')
        {
            return After(html, ">", tag);
        }

        var closes = html[tag + 1] == '/';
        var element = ElementOf(html.AsSpan(closes ? tag + 1 : tag));
        if (element.IsEmpty)
        {
            return tag;
        }

        startsParagraph = !InlineElements.GetAlternateLookup<ReadOnlySpan<char>>().Contains(element);
        return !closes && IsHidden(element) ? After(html, ">", After(html, $"</{element}", tag)) : After(html, ">", tag);
    }

    /// <summary>The position after the next occurrence of an end; the end of the text if there is no more.</summary>
    private static int After(string html, string end, int start) =>
        html.IndexOf(end, Math.Min(start, html.Length), StringComparison.OrdinalIgnoreCase) is >= 0 and var found ? found + end.Length : html.Length;
}
