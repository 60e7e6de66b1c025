using System.Text.Json;
using System.Text.RegularExpressions;
using PyWharf.Infrastructure.Toml;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Documentation;

/// <summary>Every page of the documentation: its links, its blocks of code, and the commands of this program that it names.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void Links_lead_to_files_and_headings_that_are_there()
    {
        var broken =
            from guide in Guide.All
            from Match link in Links().Matches(guide.Prose)
            let parts = link.Groups[1].Value.Split('#')
            where !parts[0].Contains("://", StringComparison.Ordinal)
            let path = parts[0].Length == 0 ? guide.Path : Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(guide.Path) ?? "", parts[0]))
            where !Path.Exists(RepositoryRoot.At(path))
                || (parts.Length > 1 && !Guide.All.Single(target => target.Path == path).Anchors.Contains(parts[1]))
            select $"{guide.Path}: {link.Value}";

        Assert.Empty(broken);
    }

    [Fact]
    public async Task Shell_blocks_are_what_a_shell_reads()
    {
        foreach (var (guide, block) in Blocks("shell"))
        {
            var read = await ChildProcess.RunAsync(ChildProcess.Describe("/bin/bash", ["-n"], [("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8")]), block);
            Assert.True(read.ExitCode == 0 && read.Stderr.Length == 0, $"{guide}: {read}\n{block}");
        }
    }

    [Fact]
    public void Blocks_of_TOML_and_JSON_are_valid()
    {
        foreach (var (guide, block) in Blocks("toml"))
        {
            Assert.True(TomlReader.TryRead(block, out _, out var error), $"{guide}: {error}\n{block}");
        }

        foreach (var (guide, block) in Blocks("json"))
        {
            var exception = Record.Exception(() => JsonDocument.Parse(block));
            Assert.True(exception is null, $"{guide}: {exception?.Message}\n{block}");
        }
    }

    [FactWhen(Needs.Yaml)]
    public async Task Blocks_of_YAML_are_valid()
    {
        foreach (var (_, block) in Blocks("yaml"))
        {
            Assert.NotEmpty(await Yaml.ReadAllAsync(block));
        }
    }

    [Fact]
    public async Task Commands_in_guides_exist_and_have_the_flags_that_they_are_given()
    {
        var wrong = new List<string>();
        var help = new Dictionary<string, string>();
        foreach (var guide in Guide.All.Where(guide => guide.Path != "CHANGELOG.md"))
        {
            var lines = guide.Blocks("shell").SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
                .SelectMany(line => Calls().Matches(line)).Concat(InlineCalls().Matches(guide.Prose));
            foreach (var call in lines)
            {
                var command = call.Groups[1].Value is "token" && call.Groups[2].Value.TrimStart().Split(' ')[0] is { Length: > 0 } inner
                    ? $"token {inner}" : call.Groups[1].Value;
                if (!help.TryGetValue(command, out var text))
                {
                    var asked = await PyWharfProcess.RunAsync([.. command.Split(' '), "--help"]);
                    help[command] = text = asked.ExitCode == 0 ? asked.Stdout : "";
                }

                wrong.AddRange(text.Length == 0
                    ? [$"{guide.Path}: no command {command}"]
                    : Flags().Matches(call.Groups[2].Value).Select(flag => flag.Value).Where(flag => !text.Contains($"  {flag}", StringComparison.Ordinal)
                        && !text.Contains($"or {flag}=", StringComparison.Ordinal) && flag != "--help").Select(flag => $"{guide.Path}: {command} has no {flag}"));
            }
        }

        Assert.Empty(wrong);
        Assert.Superset(new HashSet<string> { "server", "token new", "verify", "yank" }, help.Keys.ToHashSet());
    }

    private static List<(string Guide, string Block)> Blocks(string language)
    {
        var blocks = Guide.All.SelectMany(guide => guide.Blocks(language).Select(block => (guide.Path, block))).ToList();
        Assert.NotEmpty(blocks);

        return blocks;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    // «pywharf COMMAND …» to the end of the simple command, also as the image of «docker run», or in a container of that name.
    [GeneratedRegex(@"(?:(?<=^|[ /(])pywharf(?::[\w.-]+)?) (?!pywharf )([a-z_][a-z_.]*)(?= |$)([^|;&>#)]*)")]
    private static partial Regex Calls();

    [GeneratedRegex(@"`pywharf ([a-z_][a-z_.]*)((?: [^`|\\]*)?)`")]
    private static partial Regex InlineCalls();

    [GeneratedRegex("(?<=^| )--[a-z][a-z_]*")]
    private static partial Regex Flags();
}
