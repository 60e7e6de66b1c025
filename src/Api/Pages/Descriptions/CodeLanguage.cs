using System.Text.RegularExpressions;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>The language of a fenced code block.</summary>
internal static partial class CodeLanguage
{
    /// <summary>The class for the word behind a fence, or null if that is no name of a language: no other class of the page can be meant.</summary>
    public static string? ClassOf(string? info) =>
        info is not null && Name().IsMatch(info.ToLowerInvariant()) ? $"language-{info.ToLowerInvariant()}" : null;

    [GeneratedRegex("^[a-z0-9+#-]{1,30}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
