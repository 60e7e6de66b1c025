namespace PyWharf.Integration.Support;

/// <summary>axe-core, which finds mistakes that keep people from using a page: the npm package of the same name, which <c>test.sh</c> fetches.</summary>
internal static class Axe
{
    private const string Run = """
        ; const found = await axe.run(document, {
          runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
          resultTypes: ["violations"],
        });
        return found.violations.flatMap(rule => rule.nodes.map(node =>
          `${rule.impact} ${rule.id} at ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`));
        """;

    /// <summary>The script; null where it was not fetched.</summary>
    public static string? Path { get; } = RepositoryRoot.At("artifacts") is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "axe-core-*.js").FirstOrDefault()
        : null;

    /// <summary>What it finds in the page as it is shown: rules of WCAG 2.2 A and AA, and good practice.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(Chromium browser)
    {
        var script = await File.ReadAllTextAsync(Path ?? throw new InvalidOperationException("There is no axe-core."));
        var found = await browser.RunScriptAsync($"return (async () => {{ {script}\n{Run} }})();");

        return [.. found.EnumerateArray().Select(violation => violation.GetString() ?? "")];
    }
}
