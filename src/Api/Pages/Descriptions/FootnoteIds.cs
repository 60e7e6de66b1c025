using Markdig.Extensions.Footnotes;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>The ids of footnotes. The colon keeps them apart from those of headings.</summary>
internal static class FootnoteIds
{
    /// <summary>Of a note.</summary>
    public static string Note(Footnote footnote) => $"{DescriptionLink.IdPrefix}fn:{footnote.Order}";

    /// <summary>Of a reference to a note.</summary>
    public static string Reference(FootnoteLink reference) => $"{DescriptionLink.IdPrefix}fnref:{reference.Index}";
}
