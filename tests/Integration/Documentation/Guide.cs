using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Documentation;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record Guide(string Path, string Text)
{
    /// <summary>The pages in the root of the repository, in docs/ and in deploy/.</summary>
    public static IReadOnlyList<Guide> All { get; } =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.At(), "*.md")
            .Concat(((string[])["docs", "deploy"]).SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.At(folder), "*.md", SearchOption.AllDirectories)))
            .Order(StringComparer.Ordinal).Select(file => new Guide(System.IO.Path.GetRelativePath(RepositoryRoot.At(), file), File.ReadAllText(file))),
    ];

    /// <summary>The text without its blocks of code.</summary>
    public string Prose => AnyBlock().Replace(Text, "");

    /// <summary>The anchors that GitHub gives to its headings, in their order.</summary>
    public IReadOnlyList<string> Anchors => [.. Headings().Matches(Prose)
        .Select(match => NoPartOfAnAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    /// <summary>The blocks of code in a language.</summary>
    public IEnumerable<string> Blocks(string language) =>
        AnyBlock().Matches(Text).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex AnyBlock();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoPartOfAnAnchor();
}
