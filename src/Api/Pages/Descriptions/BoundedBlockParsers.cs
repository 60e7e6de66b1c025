using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Parses block quotes; one that is nested too deeply is text.</summary>
internal sealed class BoundedQuoteParser : QuoteBlockParser
{
    /// <inheritdoc/>
    public override BlockState TryOpen(BlockProcessor processor) => Nesting.IsDeepest(processor) ? BlockState.None : base.TryOpen(processor);
}

/// <summary>Parses lists; one that is nested too deeply is text.</summary>
internal sealed class BoundedListParser : ListBlockParser
{
    /// <inheritdoc/>
    public override BlockState TryOpen(BlockProcessor processor) => Nesting.IsDeepest(processor) ? BlockState.None : base.TryOpen(processor);
}

/// <summary>How deep block quotes and lists may be nested: Markdig looks at each that is open for each line.</summary>
internal static class Nesting
{
    // A list counts twice, with its item.
    private const int Deepest = 20;

    /// <summary>Whether the innermost open block has the greatest depth.</summary>
    public static bool IsDeepest(BlockProcessor processor)
    {
        var depth = 0;
        for (var container = processor.CurrentContainer; container is not null; container = container.Parent)
        {
            depth++;
        }

        return depth > Deepest;
    }
}

/// <summary>Parses paragraphs, and charges for what grows with the square of their lines or of the document.</summary>
internal sealed class BoundedParagraphParser : ParagraphBlockParser
{
    private const int CostOfCell = 3000;
    private const int CostOfComparison = 6;

    /// <inheritdoc/>
    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        if (processor.CurrentChar is '=' or '-')
        {
            // This line may make a heading of the paragraph, which is then searched for among its siblings.
            var budget = Budget(processor);
            budget.Charge(CostOfComparison * (block.Parent?.Count ?? 0));
            budget.Charge(CostOfDefinitions(processor, ((LeafBlock)block).Lines));
        }

        return base.TryContinue(processor, block);
    }

    /// <inheritdoc/>
    public override bool Close(BlockProcessor processor, Block block)
    {
        var budget = Budget(processor);
        var lines = ((LeafBlock)block).Lines;
        budget.Charge(CostOfDefinitions(processor, lines));
        budget.Charge(CostOfTable(lines));

        var keeps = base.Close(processor, block);

        var definitions = Definitions(processor);
        for (; budget.KnownDefinitions < definitions.Count; budget.KnownDefinitions++)
        {
            budget.Charge(CostOfComparison * budget.KnownDefinitions); // footnotes are compared, too
            var definition = (LinkReferenceDefinition)definitions[budget.KnownDefinitions]; // the group has no others
            budget.LongestDefinition = Math.Max(budget.LongestDefinition, (definition.Url?.Length ?? 0) + (definition.Title?.Length ?? 0));
        }

        return keeps;
    }

    /// <summary>For each link reference definition, the lines after it are copied, and it is compared with all definitions before it.</summary>
    private static long CostOfDefinitions(BlockProcessor processor, StringLineGroup lines)
    {
        if (lines.Count == 0 || First(lines.Lines[0]) != '[')
        {
            return 0;
        }

        var possible = lines.Lines.Take(lines.Count).LongCount(line => First(line) == '[');
        return CostOfComparison * possible * (lines.Count + Definitions(processor).Count);
    }

    /// <summary>All rows of a table get as many cells as its header has.</summary>
    private static long CostOfTable(StringLineGroup lines)
    {
        var columns = lines.Lines.Take(lines.Count).Select(line => line.Slice.AsSpan().Count('|')).DefaultIfEmpty().Max();
        return (long)CostOfCell * columns * lines.Count;
    }

    private static char First(StringLine line)
    {
        var text = line.Slice.AsSpan().TrimStart();
        return text.IsEmpty ? '\0' : text[0];
    }

    private static LinkReferenceDefinitionGroup Definitions(BlockProcessor processor) => processor.Document.GetLinkReferenceDefinitions(addGroup: true);

    private static ParsingBudget Budget(BlockProcessor processor) => (ParsingBudget)processor.Context!; // MarkdownSource gives one
}
