using PyWharf.Api.Pages.Descriptions;

namespace PyWharf.Unit.Api.Pages.Descriptions;

public class DescriptionSafetyTests
{
    private static readonly string[] ContentTypes = ["text/markdown", "text/markdown; variant=CommonMark", "text/x-rst"];

    public static TheoryData<string> Documents => [.. HostileMarkdown.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Hostile_markdown_is_harmless(string document)
    {
        AssertSafe(document);
        AssertSafe($"> - {document.Replace("\n", "\n>   ", StringComparison.Ordinal)}");
        AssertSafe($"|a|\n|-|\n|{document.ReplaceLineEndings(" ")}|");
        AssertSafe($"[{document}](https://example.com \"{document}\")");
    }

    [Fact]
    public void Hostile_markdown_in_any_combination_is_harmless()
    {
        string[] pieces =
        [
            .. HostileMarkdown.Documents, "\n", "\n\n", "\n    ", "> ", "- ", "1. ", "|", "\n|-|\n", "[", "](", ")", "![", "]", "[^1]", "[^1]: ", "*", "**", "~~", "`", "```\n", "<", ">", "\"", "'", "&", "#",
            "\\", "</p>", "<!--", "-->", "<p ", "=\n", "https://", "javascript:", ":", "\t", "\r", "\uD83D", "\0",
        ];
        var random = new Random(20261127);
        for (var round = 0; round < 3000; round++)
        {
            var document = string.Concat(Enumerable.Range(0, random.Next(2, 12)).Select(_ => Piece(random, pieces)));
            AssertSafe(document);
        }
    }

    /// <summary>A fragment, whole or cut anywhere.</summary>
    private static string Piece(Random random, string[] pieces)
    {
        var piece = pieces[random.Next(pieces.Length)];
        return random.Next(3) == 0 ? piece[..random.Next(piece.Length + 1)] : piece;
    }

    private static void AssertSafe(string document)
    {
        foreach (var contentType in ContentTypes)
        {
            var without = SafeHtml.Parse(new DescriptionRenderer(allowsExternalImages: false).Render(document, contentType).Value ?? "");
            Assert.Empty(without.QuerySelectorAll("img"));

            SafeHtml.Parse(new DescriptionRenderer(allowsExternalImages: true).Render(document, contentType).Value ?? "");
        }
    }
}
