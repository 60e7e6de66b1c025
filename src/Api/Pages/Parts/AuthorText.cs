namespace PyWharf.Api.Pages.Parts;

/// <summary>Text that the author of a package wrote, in a bounded length: core metadata has no limits.</summary>
internal static class AuthorText
{
    private const int MaxLength = 500;

    /// <summary>The text, cut where it is too long.</summary>
    public static string? Cut(string? text) => text is { Length: > MaxLength } ? $"{text.AsSpan(0, MaxLength)}…" : text;

    /// <summary>The first line: some tools write a whole licence into <c>License</c>.</summary>
    public static string? FirstLine(string? text) =>
        text?.Split('\n', 2, StringSplitOptions.TrimEntries) is [var line, var rest] && rest.Length > 0 ? Cut(line) + " …" : Cut(text);
}
