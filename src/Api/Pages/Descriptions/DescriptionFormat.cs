using Microsoft.Net.Http.Headers;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>How a description is written: <c>Description-Content-Type</c> of the core metadata.</summary>
internal enum DescriptionFormat
{
    /// <summary>Plain text; reStructuredText is shown as such, too.</summary>
    PlainText,

    /// <summary>Markdown of variant CommonMark: no tables, footnotes, task lists.</summary>
    CommonMark,

    /// <summary>Markdown as GitHub and PyPI show it, the default variant.</summary>
    GitHubMarkdown,
}

internal static class DescriptionFormats
{
    /// <summary>
    /// The format of a content type. Plain text if there is none, since the specification's default is reStructuredText, and if it can't be understood.
    /// https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type
    /// </summary>
    public static DescriptionFormat Parse(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("text/markdown", StringComparison.OrdinalIgnoreCase))
        {
            return DescriptionFormat.PlainText;
        }

        var variant = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("variant", StringComparison.OrdinalIgnoreCase));
        return variant is not null && HeaderUtilities.RemoveQuotes(variant.Value).Equals("CommonMark", StringComparison.OrdinalIgnoreCase)
            ? DescriptionFormat.CommonMark
            : DescriptionFormat.GitHubMarkdown;
    }
}
