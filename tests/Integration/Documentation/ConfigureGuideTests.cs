using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Api.Cli;
using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Toml;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Documentation;

/// <summary>
/// docs/configure.md has every key, flag and variable that the program has, and no other. Its tables with defaults are made here: <c>PYWHARF_APPROVE=1</c> writes them anew.
/// </summary>
public sealed partial class ConfigureGuideTests
{
    private static readonly string Page = RepositoryRoot.At("docs", "configure.md");

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> Keys = new BackendCatalog(
        new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), new AuthenticationLifetimes(TimeSpan.Zero, TimeSpan.Zero), TimeProvider.System, NullLoggerFactory.Instance).Keys;

    [Fact]
    public async Task The_tables_with_defaults_are_those_of_the_program()
    {
        var text = await File.ReadAllTextAsync(Page);
        var made = Tables().Replace(text, match => $"<!-- {match.Groups[1].Value} -->\n\n{TableOf(match.Groups[1].Value)}\n<!-- end -->");
        if (Environment.GetEnvironmentVariable("PYWHARF_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(Page, text = made);
        }

        Assert.Equal(7, Tables().Count(text));
        Assert.Equal(made, text);
    }

    [Fact]
    public async Task Keys_of_tokens_secrets_and_admin_secrets_are_those_of_the_program()
    {
        var text = await File.ReadAllTextAsync(Page);

        Assert.Equal(TokenTables.Keys, NamesIn(text, "## Access tokens"));
        Assert.Equal(SecretFile.Keys.Select(key => key.Name), NamesIn(text, "## admin_secret.toml"));
        Assert.Equal(
            Keys["file_system"].Where(key => key.Kind == ConfigKind.Secret).SelectMany(key => key.Names).Order(StringComparer.Ordinal), NamesIn(text, "## Secrets").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Variables_are_those_that_the_program_reads()
    {
        var read = Directory.EnumerateFiles(RepositoryRoot.At("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Variables().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Where(name => name is not ("PYWHARF_VERSION" or "PYWHARF_GITHUB_TOKEN")) // a placeholder of the API's description, and an example of init_pkg_repo
            .Append("NOTIFY_SOCKET") // which a library reads
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            read.Order(StringComparer.Ordinal),
            NamesIn(await File.ReadAllTextAsync(Page), "## Environment").Where(name => !name.Contains('<')).Order(StringComparer.Ordinal));
    }

    private static string TableOf(string name) => name switch
    {
        "flags: server" => $"| flag | default | |\n| --- | --- | --- |\n{string.Concat(new ServerFlags(_ => null).All.Select(RowOf))}",
        "keys: policy" => "| key | default |\n| --- | --- |\n"
            + string.Concat(PolicyTable.ValuesOf(PublishingPolicy.Default, AccessRules.Default).Select(pair => $"| `{pair.Key}` | `{TomlWriter.Inline(pair.Value)}` |\n")),
        "keys: upstream" => $"| key | default | |\n| --- | --- | --- |\n{string.Concat(UpstreamTable.Keys.Select(RowOf))}",
        _ => $"| key | default | |\n| --- | --- | --- |\n{string.Concat(ConfigFile.KeysOf(Keys[name["keys: ".Length..]]).Select(RowOf))}",
    };

    private static string RowOf(ConfigKey key) => $"| `{key.Name}` | {DefaultOf(key)} | {Cell(key.Description)} |\n";

    private static string DefaultOf(ConfigKey key) => key.Default switch
    {
        null => "required",
        string text => $"`{TomlWriter.Inline(text)}`",
        long number => $"`{TomlWriter.Inline(number)}`",
        bool flag => $"`{TomlWriter.Inline(flag)}`",
        var patterns => $"`{TomlWriter.Inline((TomlArray)patterns)}`",
    };

    private static string RowOf(Option option)
    {
        var lines = (option.Description ?? "").ReplaceLineEndings("\n").Split('\n');
        var begin = Array.FindIndex(lines, line => line.StartsWith("Default:", StringComparison.Ordinal));
        var usage = FlagSyntax.IsSwitch(option) ? option.Name : $"{option.Name}={option.HelpName}";
        var standard = begin < 0 ? "required" : string.Join(' ', lines[begin..])["Default:".Length..].Trim().TrimEnd('.');

        return $"| `{usage}` | {Cell(standard)} | {Cell(string.Join(' ', begin < 0 ? lines : lines[..begin]))} |\n";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Trim();

    /// <summary>The names in backticks in the first column of a section's table.</summary>
    private static IEnumerable<string> NamesIn(string text, string heading)
    {
        var begin = text.IndexOf("\n" + heading, StringComparison.Ordinal);
        var end = text.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);

        return text[begin..(end < 0 ? text.Length : end)].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Names().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex("<!-- ((?:keys|flags): [a-z0-9_]+) -->\n(?:.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Tables();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Names();

    [GeneratedRegex("\"((?:PYWHARF|OTEL|NOTIFY|WATCHDOG)_[A-Z_]+)\"")]
    private static partial Regex Variables();
}
