using System.Text;
using Microsoft.AspNetCore.Components;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>
/// Turns the long description of a release, which strangers write, into HTML. Only elements and attributes that this folder writes itself are in it.
/// Markdown that would cost too much, or is nested too deeply, is shown as plain text.
/// </summary>
/// <param name="allowsExternalImages">Whether pages may load images from elsewhere; otherwise there is a link in their place.</param>
internal sealed class DescriptionRenderer(bool allowsExternalImages)
{
    /// <summary>The greatest length of Markdown that is shown as such, in characters.</summary>
    public const int LongestMarkdown = 256 * 1024;

    /// <summary>The length of what is shown of a description, in characters.</summary>
    public const int LongestDescription = 512 * 1024;

    /// <summary>The greatest length of HTML made of Markdown, in characters: a short reference can stand for a long URL.</summary>
    public const int LongestHtml = 2 * 1024 * 1024;

    // No text grows to more than "&quot;" for each of its characters, or the same again for the tags around.
    private const int LongestPlainHtml = 8 * LongestDescription;

    /// <summary>The HTML of a description; empty if there is none. It may be kept until the description changes.</summary>
    /// <param name="description">The description, or its old placeholder "UNKNOWN".</param>
    /// <param name="contentType">Its <c>Description-Content-Type</c>, as it is in the metadata.</param>
    public MarkupString Render(string? description, string? contentType)
    {
        if (string.IsNullOrWhiteSpace(description) || description.Trim() == "UNKNOWN")
        {
            return default;
        }

        var format = DescriptionFormats.Parse(contentType);
        var text = WellFormed(description.Length > LongestDescription ? description[..LongestDescription] : description).TrimStart('\uFEFF');
        var html = format == DescriptionFormat.PlainText ? null : Markdown(text, format);

        return new MarkupString(html ?? PlainText(text, isMarkdown: format != DescriptionFormat.PlainText, isCut: description.Length > LongestDescription));
    }

    private string? Markdown(string text, DescriptionFormat format)
    {
        if (text.Length > LongestMarkdown)
        {
            return null;
        }

        var html = new HtmlOutput(LongestHtml);
        try
        {
            new BlockWriter(html, new InlineWriter(html, allowsExternalImages)).Write(MarkdownSource.Parse(text, format));
        }
        catch (Exception failure) when (failure is ParsingBudgetException or ArgumentException) // Markdig's, the output's and ours: all mean "too much"
        {
            return null;
        }

        return html.ToString();
    }

    private static string PlainText(string text, bool isMarkdown, bool isCut)
    {
        var html = new HtmlOutput(LongestPlainHtml);
        if (isMarkdown)
        {
            Note(html, "This description is too large or too deeply nested to be shown as Markdown. This is its text.");
        }

        html.Open("pre", ("class", "description-text"));
        html.Text(text);
        html.Close("pre");
        if (isCut)
        {
            Note(html, $"The description is longer; these are its first {LongestDescription / 1024} KiB.");
        }

        return html.ToString();
    }

    private static void Note(HtmlOutput html, string sentence)
    {
        html.Open("p", ("class", "description-note"));
        html.Text(sentence);
        html.Close("p");
    }

    /// <summary>The text with a replacement character for each half of a surrogate pair.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
