using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Writes the blocks of a Markdown document. Of what it does not know nothing is written.</summary>
/// <param name="html">Where to.</param>
/// <param name="inlines">Writes their content.</param>
internal sealed class BlockWriter(HtmlOutput html, InlineWriter inlines)
{
    // The page has headings of level 1 and 2 itself.
    private static readonly string[] HeadingElements = ["h3", "h4", "h5", "h6", "h6", "h6"];

    private readonly HeadingIds _ids = new();
    private int _tables;

    /// <summary>Writes all blocks of a container.</summary>
    public void Write(ContainerBlock container)
    {
        foreach (var block in container)
        {
            Write(block);
        }
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case ParagraphBlock paragraph:
                html.Open("p");
                inlines.Write(paragraph.Inline);
                html.Close("p");
                html.Line();
                break;
            case HeadingBlock heading:
                WriteHeading(heading);
                break;
            case CodeBlock code:
                WriteCode(code);
                break;
            case ListBlock list:
                WriteList(list);
                break;
            case QuoteBlock quote:
                WriteWithin("blockquote", quote);
                break;
            case ThematicBreakBlock:
                html.Open("hr");
                html.Line();
                break;
            case HtmlBlock raw:
                WriteText(raw);
                break;
            case Table table:
                WriteTable(table);
                break;
            case FootnoteGroup footnotes:
                WriteFootnotes(footnotes);
                break;
        }
    }

    private void WriteWithin(string element, ContainerBlock content)
    {
        html.Open(element);
        html.Line();
        Write(content);
        html.Close(element);
        html.Line();
    }

    private void WriteHeading(HeadingBlock heading)
    {
        var text = InlineText.Of(heading.Inline).Trim();
        if (text.Length == 0)
        {
            return; // a heading without text is one that can't be read out
        }

        var element = HeadingElements[Math.Clamp(heading.Level, 1, HeadingElements.Length) - 1];
        html.Open(element, ("id", _ids.Next(text)));
        inlines.Write(heading.Inline);
        html.Close(element);
        html.Line();
    }

    private void WriteCode(CodeBlock code)
    {
        html.Open("pre", ("tabindex", "0")); // it scrolls, which a keyboard must be able to do
        html.Open("code", ("class", CodeLanguage.ClassOf((code as FencedCodeBlock)?.Info)));
        foreach (var line in code.Lines.Lines.AsSpan(0, code.Lines.Count))
        {
            html.Text(line.Slice.AsSpan());
            html.Line();
        }

        html.Close("code");
        html.Close("pre");
        html.Line();
    }

    private void WriteText(HtmlBlock raw)
    {
        foreach (var paragraph in RawHtml.Paragraphs(raw.Lines.ToString()))
        {
            html.Open("p");
            html.Text(paragraph);
            html.Close("p");
            html.Line();
        }
    }

    private void WriteList(ListBlock list)
    {
        var element = list.IsOrdered ? "ol" : "ul";
        html.Open(element, ("start", int.TryParse(list.OrderedStart, out var start) && start != 1 ? $"{start}" : null));
        html.Line();
        foreach (var item in list.OfType<ListItemBlock>())
        {
            html.Open("li");
            foreach (var block in item)
            {
                if (block is ParagraphBlock paragraph && !list.IsLoose)
                {
                    inlines.Write(paragraph.Inline);
                    html.Line();
                }
                else
                {
                    Write(block);
                }
            }

            html.Close("li");
            html.Line();
        }

        html.Close(element);
        html.Line();
    }

    private void WriteTable(Table table)
    {
        // Landmarks have names of their own, so that screen readers can tell them apart.
        html.Open("div", ("class", "table-scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", $"Table {++_tables}"));
        html.Open("table");
        html.Line();
        foreach (var row in table.OfType<TableRow>())
        {
            html.Open("tr");
            foreach (var (cell, column) in row.OfType<TableCell>().Zip(table.ColumnDefinitions))
            {
                WriteCell(cell, row.IsHeader, column);
            }

            html.Close("tr");
            html.Line();
        }

        html.Close("table");
        html.Close("div");
        html.Line();
    }

    private void WriteCell(TableCell cell, bool isHeader, TableColumnDefinition column)
    {
        var content = cell.OfType<ParagraphBlock>().FirstOrDefault()?.Inline;
        var isNamed = isHeader && content?.FirstChild is not null; // an empty header names nothing
        var element = isNamed ? "th" : "td";
        html.Open(element, ("scope", isNamed ? "col" : null), ("class", column.Alignment switch
        {
            TableColumnAlign.Left => "align-left",
            TableColumnAlign.Center => "align-center",
            TableColumnAlign.Right => "align-right",
            _ => null,
        }));
        inlines.Write(content);
        html.Close(element);
    }

    private void WriteFootnotes(FootnoteGroup footnotes)
    {
        html.Open("section", ("class", "footnotes"), ("aria-label", "Footnotes"));
        html.Open("ol");
        html.Line();
        foreach (var footnote in footnotes.OfType<Footnote>())
        {
            html.Open("li", ("id", FootnoteIds.Note(footnote)));
            Write(footnote);
            html.Close("li");
            html.Line();
        }

        html.Close("ol");
        html.Close("section");
        html.Line();
    }
}
