using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Parsers;
using Markdig.Syntax;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Markdown as it is parsed here: by Markdig, within a <see cref="ParsingBudget"/>.</summary>
internal static class MarkdownSource
{
    private const int CostOfLine = 2000;

    private static readonly MarkdownPipeline CommonMark = Bounded(new MarkdownPipelineBuilder());

    // Strikethrough has one tilde or two; "subscript" is Markdig's name for the first.
    private static readonly MarkdownPipeline GitHub = Bounded(new MarkdownPipelineBuilder()
        .UsePipeTables(new PipeTableOptions { UseHeaderForColumnCount = true })
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough | EmphasisExtraOptions.Subscript)
        .UseAutoLinks()
        .UseTaskLists()
        .UseFootnotes());

    /// <summary>Parses a document.</summary>
    /// <exception cref="ParsingBudgetException">It costs too much.</exception>
    /// <exception cref="ArgumentException">It is nested too deeply for Markdig.</exception>
    public static MarkdownDocument Parse(string text, DescriptionFormat format)
    {
        var budget = new ParsingBudget();
        budget.Charge((long)CostOfLine * text.AsSpan().CountAny('\n', '\r'));

        return Markdown.Parse(text, format == DescriptionFormat.CommonMark ? CommonMark : GitHub, budget);
    }

    private static MarkdownPipeline Bounded(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Replace<QuoteBlockParser>(new BoundedQuoteParser());
        pipeline.BlockParsers.Replace<ListBlockParser>(new BoundedListParser());
        pipeline.BlockParsers.Replace<ParagraphBlockParser>(new BoundedParagraphParser());
        pipeline.Extensions.Add(new InlineBudgetExtension());

        return pipeline.Build();
    }
}
