using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Documentation;

/// <summary>docs/troubleshooting.md quotes what the program says: each sentence is in its sources, word for word.</summary>
public sealed partial class TroubleshootingTests
{
    private static readonly Guide Page = Guide.All.Single(guide => guide.Path == "docs/troubleshooting.md");

    public static TheoryData<string> Sentences =>
    [
        .. Rows().Matches(Page.Prose).Select(row => row.Groups[1].Value).Where(said => !said.StartsWith("pip: ", StringComparison.Ordinal))
            .SelectMany(said => Quotations().Matches(said)).Select(quotation => quotation.Groups[1].Value)
            .Where(quotation => quotation is not ("http://" or "413")),
    ];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void It_is_what_the_program_says(string sentence)
    {
        var parts = sentence.Split('…', StringSplitOptions.TrimEntries).Where(part => part.Any(char.IsAsciiLetter)).ToList();

        Assert.Contains(Sources, source => parts.TrueForAll(part => source.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void Sections_are_listed_at_the_beginning() => Assert.Equal(
        Page.Anchors.Skip(1), Regex.Matches(Page.Prose, @"^- \[.*\]\(#(.*)\)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value));

    /// <summary>The sources as the program says what is in them: literals that continue in the next line are one.</summary>
    private static IReadOnlyList<string> Sources { get; } =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.At("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => Joins().Replace(File.ReadAllText(file), "").Replace("\\\"", "\"", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(@"^\| (?!it says|---)(.*?) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quotations();

    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Joins();
}
