using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Puts the <see cref="InlineBudgetParser"/> before all other parsers of inlines.</summary>
internal sealed class InlineBudgetExtension : IMarkdownExtension
{
    /// <inheritdoc/>
    public void Setup(MarkdownPipelineBuilder pipeline) => pipeline.InlineParsers.Insert(0, new InlineBudgetParser());

    /// <inheritdoc/>
    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }
}

/// <summary>
/// Parses nothing: charges for what the other parsers do at a character. Some search the rest of the paragraph, all that came before, or the delimiters that
/// are open, so that paragraphs of nothing but openings cost the square of their length.
/// </summary>
internal sealed class InlineBudgetParser : InlineParser
{
    private const int CostOfInline = 300;
    private const int CostOfOpenDelimiter = 15;
    private const int CostOfSearch = 4;

    /// <summary>Charges at all characters at which Markdig's parsers start.</summary>
    public InlineBudgetParser() => OpeningCharacters = [.. "[]!<|:*_~`&\\\r\nhwmtf"];

    /// <inheritdoc/>
    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var budget = (ParsingBudget)processor.Context!; // MarkdownSource gives one
        var counts = processor.GetParserState<Counts>(this);
        var rest = slice.AsSpan();
        counts.Inlines++;

        budget.Charge(CostOfInline + (CostOfOpenDelimiter * OpenDelimiters(processor)) + rest[0] switch
        {
            ']' => CostOfSearch * (budget.LongestDefinition + counts.Separators + (rest.StartsWith("](") ? Destination(rest) : 0)),
            '<' => CostOfSearch * Tag(rest),
            ':' when rest.StartsWith(":|") => CostOfSearch * Line(slice),
            '|' or '\r' or '\n' => CountSeparator(counts, processor),
            'h' or 'w' or 'm' or 't' or 'f' => StartsAddress(rest) ? CostOfSearch * (Word(rest) + (3 * counts.Inlines)) : 0,
            _ => 0,
        });

        return false;
    }

    /// <summary>Delimiters contain all that follows until they are closed, at the end of the paragraph at the latest.</summary>
    private static long OpenDelimiters(InlineProcessor processor)
    {
        var depth = 0;
        for (var inline = processor.Inline; inline is not null; inline = inline.Parent)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>A separator within open delimiters is moved out of each of them, if there is a table.</summary>
    private static long CountSeparator(Counts counts, InlineProcessor processor)
    {
        counts.Separators++;
        return 2 * CostOfOpenDelimiter * OpenDelimiters(processor);
    }

    private static bool StartsAddress(ReadOnlySpan<char> rest) =>
        rest.StartsWith("http") || rest.StartsWith("www.") || rest.StartsWith("mailto:") || rest.StartsWith("tel:") || rest.StartsWith("ftp:");

    private static int Word(ReadOnlySpan<char> rest) => rest.IndexOfAny(" \t\r\n") is >= 0 and var end ? end : rest.Length;

    /// <summary>The address of a link, and the title after it up to its end.</summary>
    private static int Destination(ReadOnlySpan<char> rest)
    {
        var address = Word(rest);
        return rest[address..].TrimStart() switch
        {
            ['(', .. var title] => address + UpTo(title, ')'),
            ['"', .. var title] => address + UpTo(title, '"'),
            ['\'', .. var title] => address + UpTo(title, '\''),
            _ => address,
        };
    }

    private static int Tag(ReadOnlySpan<char> rest) => rest switch
    {
        ['<', '!' or '?', ..] => rest.Length,
        ['<', var next, ..] when char.IsAsciiLetter(next) || next == '/' => UpTo(rest, '>'),
        _ => 0,
    };

    private static int UpTo(ReadOnlySpan<char> text, char end) => text.IndexOf(end) is >= 0 and var found ? found : text.Length;

    private static int Line(StringSlice slice)
    {
        var before = slice.Text.AsSpan(0, slice.Start).LastIndexOf('\n');
        var after = slice.AsSpan().IndexOf('\n');
        return after < 0 ? slice.End - before : slice.Start + after - before;
    }

    /// <summary>What came before in the paragraph.</summary>
    private sealed class Counts
    {
        public int Inlines { get; set; }

        public int Separators { get; set; }
    }
}
