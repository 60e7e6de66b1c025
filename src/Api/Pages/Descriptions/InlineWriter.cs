using Markdig.Extensions.Footnotes;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Writes the inlines of a Markdown document. What it does not know is written as its text.</summary>
/// <param name="html">Where to.</param>
/// <param name="allowsExternalImages">Whether pages may load images from elsewhere.</param>
internal sealed class InlineWriter(HtmlOutput html, bool allowsExternalImages)
{
    // An opening delimiter that is never closed contains the rest of its paragraph.
    private const int Deepest = 256;

    private int _depth;
    private bool _isWithinLink;

    /// <summary>Writes the content of a block.</summary>
    /// <exception cref="ArgumentException">It is nested too deeply.</exception>
    public void Write(ContainerInline? container)
    {
        if (++_depth > Deepest)
        {
            throw new ArgumentException("Inlines are nested too deeply.", nameof(container));
        }

        for (var inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            if (inline is HtmlInline tag && EndOfHidden(tag) is { } end)
            {
                inline = end;
                continue;
            }

            Write(inline);
        }

        _depth--;
    }

    private void Write(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                html.Text(literal.Content.AsSpan());
                break;
            case CodeInline code:
                html.Open("code");
                html.Text(code.ContentSpan);
                html.Close("code");
                break;
            case EmphasisInline emphasis:
                var element = emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount == 2 ? "strong" : "em";
                html.Open(element);
                Write(emphasis);
                html.Close(element);
                break;
            case LinkInline { IsImage: true } image:
                WriteImage(image);
                break;
            case LinkInline link:
                WriteLink(DescriptionLink.Target(link.Url), link.Title, link);
                break;
            case AutolinkInline autolink:
                WriteLink(DescriptionLink.Target(autolink.IsEmail ? $"mailto:{autolink.Url}" : autolink.Url), autolink.Url);
                break;
            case FootnoteLink footnote:
                WriteFootnoteLink(footnote);
                break;
            case LineBreakInline line when line.NextSibling is not null:
                if (line.IsHard)
                {
                    html.Open("br");
                }

                html.Line();
                break;
            case HtmlInline tag when RawHtml.ElementOf(tag.Tag).Equals("br", StringComparison.OrdinalIgnoreCase):
                html.Open("br");
                break;
            case HtmlEntityInline entity:
                html.Text(entity.Transcoded.AsSpan());
                break;
            case TaskList box when IsFirst(box):
                html.Open("input", ("type", "checkbox"), ("disabled", ""), ("checked", box.Checked ? "" : null), ("aria-label", box.Checked ? "done" : "to do"));
                break;
            case TaskList box:
                html.Text(box.Checked ? "[x]" : "[ ]");
                break;
            case DelimiterInline delimiter:
                html.Text(delimiter.ToLiteral());
                Write((ContainerInline)delimiter);
                break;
            case ContainerInline container:
                Write(container);
                break;
        }
    }

    private void WriteLink(string? target, string? title, LinkInline link)
    {
        if (target is null || _isWithinLink)
        {
            Write((ContainerInline)link);
            return;
        }

        OpenLink(target, title);
        if (string.IsNullOrWhiteSpace(InlineText.Of(link)) && !link.Descendants<LinkInline>().Any(inner => inner.IsImage))
        {
            html.Text(link.Url); // a link without text has no name to be read out
        }

        Write((ContainerInline)link);
        CloseLink();
    }

    private void WriteLink(string? target, string text)
    {
        if (target is null || _isWithinLink)
        {
            html.Text(text);
            return;
        }

        OpenLink(target, title: null);
        html.Text(text);
        CloseLink();
    }

    private void WriteImage(LinkInline image)
    {
        var alt = InlineText.Of(image).Trim();
        var url = DescriptionLink.Image(image.Url);
        if (url is not null && allowsExternalImages)
        {
            html.Open(
                "img", ("src", url), ("alt", alt.Length == 0 && _isWithinLink ? "image" : alt), ("title", image.Title), ("loading", "lazy"), ("referrerpolicy", "no-referrer"));
        }
        else
        {
            WriteLink(url, alt.Length == 0 ? "image" : alt);
        }
    }

    private void WriteFootnoteLink(FootnoteLink footnote)
    {
        var order = $"{footnote.Footnote.Order}";
        if (_isWithinLink)
        {
            html.Text(order);
        }
        else if (footnote.IsBackLink)
        {
            html.Text(" ");
            html.Open("a", ("href", $"#{FootnoteIds.Reference(footnote)}"), ("aria-label", "Back to the text"));
            html.Text("↩");
            html.Close("a");
        }
        else
        {
            html.Open("sup");
            html.Open("a", ("id", FootnoteIds.Reference(footnote)), ("href", $"#{FootnoteIds.Note(footnote.Footnote)}"), ("aria-label", $"Footnote {order}"));
            html.Text(order);
            html.Close("a");
            html.Close("sup");
        }
    }

    private void OpenLink(string target, string? title)
    {
        html.Open("a", ("href", target), ("title", title), ("rel", "nofollow noopener noreferrer"));
        _isWithinLink = true;
    }

    private void CloseLink()
    {
        html.Close("a");
        _isWithinLink = false;
    }

    /// <summary>The last inline of an element without text for people that a tag opens, or null.</summary>
    private static Inline? EndOfHidden(HtmlInline tag)
    {
        var element = RawHtml.ElementOf(tag.Tag);
        if (!RawHtml.IsHidden(element))
        {
            return null;
        }

        Inline last = tag;
        while (last.NextSibling is { } next)
        {
            last = next;
            if (next is HtmlInline { Tag: ['<', '/', ..] } end && RawHtml.ElementOf(end.Tag.AsSpan(1)).Equals(element, StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
        }

        return last;
    }

    /// <summary>Whether a box begins its list item: Markdig takes one anywhere in it.</summary>
    private static bool IsFirst(TaskList box) =>
        box is { PreviousSibling: null, Parent.ParentBlock: { Parent: ListItemBlock item } paragraph } && item[0] == paragraph;
}
