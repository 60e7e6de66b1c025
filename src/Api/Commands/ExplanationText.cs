using PyWharf.Application.Resolution;

namespace PyWharf.Api.Commands;

/// <summary>What <c>pywharf explain</c> prints for people.</summary>
internal static class ExplanationText
{
    /// <summary>A line about the project, and one for each file, in columns.</summary>
    public static IEnumerable<string> Lines(Explanation explanation)
    {
        var title = $"{explanation.Project} in {explanation.Repository}";

        return explanation.Rule is { } rule
            ? [$"{title}: held back as a whole", $"{rule}: {explanation.Reason}"]
            :
            [
                $"{title}: {explanation.Files.Count(file => file.Offered)} of {explanation.Files.Count} files offered",
                .. Columns.Lines([.. explanation.Files.Select(CellsOf)]),
            ];
    }

    private static string[] CellsOf(ExplainedFile file) =>
    [
        file.Offered ? "offered" : "held back",
        file.Filename,
        file.Member ?? (file.Source == FileSource.Local ? "local" : "upstream"),
        file.Rule ?? "-",
        file.Reason,
    ];
}
