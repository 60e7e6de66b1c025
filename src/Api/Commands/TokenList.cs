using PyWharf.Application.Tokens;

namespace PyWharf.Api.Commands;

/// <summary>Tokens as <c>pywharf token list</c> prints them.</summary>
internal static class TokenList
{
    private static readonly string[] Titles = ["REPOSITORY", "NAME", "PERMISSION", "PROJECTS", "EXPIRES", "CREATED", "LAST USED", "FROM"];

    /// <summary>A JSON document.</summary>
    public static string Json(IEnumerable<TokenDescription> tokens) => JsonOutput.Of(new { Tokens = tokens });

    /// <summary>A line per token below one of titles, in columns.</summary>
    public static IEnumerable<string> Lines(IEnumerable<TokenDescription> tokens) => Columns.Lines([Titles, .. tokens.Select(CellsOf)]);

    private static string[] CellsOf(TokenDescription token) =>
    [
        token.Repository,
        token.Name,
        token.Permission,
        string.Join(',', token.Projects),
        token.Expires ?? "never",
        token.Created ?? "-",
        token.LastUsed ?? "-",
        token.Source,
    ];
}
