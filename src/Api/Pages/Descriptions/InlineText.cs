using System.Text;
using Markdig.Syntax.Inlines;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>The text of inlines, without any markup: the alternative of an image, the name of a heading.</summary>
internal static class InlineText
{
    /// <summary>The text of all inlines within a container, however deep.</summary>
    public static string Of(ContainerInline? container)
    {
        var text = new StringBuilder();
        var open = new Stack<Inline>();
        for (var inline = container?.FirstChild; inline is not null;)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.ContentSpan);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline autolink:
                    text.Append(autolink.Url);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case DelimiterInline delimiter:
                    text.Append(delimiter.ToLiteral());
                    break;
            }

            if (inline is ContainerInline { FirstChild: { } first } parent)
            {
                open.Push(parent);
                inline = first;
                continue;
            }

            while (inline is { NextSibling: null } && open.TryPop(out var up))
            {
                inline = up;
            }

            inline = inline.NextSibling;
        }

        return text.ToString();
    }
}
