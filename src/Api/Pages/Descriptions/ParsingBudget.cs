using Markdig;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>
/// What the parsing of one document may cost, in nanoseconds by a model: the parsers of this folder charge what Markdig's are about to do. Time itself is
/// no measure, since a busy machine would then show another page.
/// </summary>
internal sealed class ParsingBudget : MarkdownParserContext
{
    // A typical README of 30 kB takes 2 million.
    private long _left = 80_000_000;

    /// <summary>How many link reference definitions of the document have been looked at.</summary>
    public int KnownDefinitions { get; set; }

    /// <summary>The greatest length of a link reference definition, which each of its uses may copy.</summary>
    public int LongestDefinition { get; set; }

    /// <summary>Takes from the budget.</summary>
    /// <exception cref="ParsingBudgetException">Nothing is left of it.</exception>
    public void Charge(long cost)
    {
        _left -= cost;
        if (_left < 0)
        {
            throw new ParsingBudgetException();
        }
    }
}

/// <summary>A document costs more to parse than one may.</summary>
internal sealed class ParsingBudgetException : Exception;
