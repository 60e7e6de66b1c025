using System.Buffers;
using System.Globalization;
using System.Text;
using PyWharf.Application.Tokens;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>A configuration as it is in effect, for people and scripts: with all defaults, and with a mask in place of each secret.</summary>
internal static class EffectiveConfiguration
{
    private const string Mask = "********";

    /// <summary>The tables, in the order of the document.</summary>
    /// <param name="config">A configuration without problems.</param>
    /// <param name="keysByType">The keys of each type of storage.</param>
    public static IEnumerable<EffectiveTable> Of(ConfigReading config, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType)
    {
        foreach (var repository in config.Repositories)
        {
            var name = repository.Name.ToString();
            yield return new EffectiveTable([name], [.. ConfigFile.KeysOf(keysByType[repository.Type]).Select(key => ValueOf(repository, key))]);
            if (!repository.IsGroup)
            {
                yield return new EffectiveTable(
                    [name, PolicyTable.Key], [.. PolicyTable.ValuesOf(repository.Policy, repository.Access).Select(pair => new EffectiveValue(pair.Key, pair.Value))]);
            }

            if (repository.Upstream is { } upstream)
            {
                yield return new EffectiveTable([name, UpstreamTable.Key], [.. UpstreamTable.ValuesOf(upstream).Select(pair => new EffectiveValue(pair.Key, pair.Value))]);
            }

            foreach (var token in repository.Access.Tokens.Select(TokenDescription.Of))
            {
                yield return new EffectiveTable([name, TokenTables.Key, token.Name], [.. ValuesOf(token)]);
            }
        }
    }

    /// <summary>The tables as a document, in which a comment says where each secret is.</summary>
    public static string Write(IEnumerable<EffectiveTable> tables, IReadOnlyDictionary<string, string> adminSecrets)
    {
        var document = new StringBuilder();
        foreach (var table in tables)
        {
            document.Append(document.Length == 0 ? "" : "\n").Append(HeaderOf(table));
            foreach (var value in table.Values)
            {
                document.Append(CultureInfo.InvariantCulture, $"{value.Key} = {TomlWriter.Inline(value.Value)}{(value.Note is null ? "" : $"  # {value.Note}")}\n");
            }

            if (table.Path is [var name] && adminSecrets.TryGetValue(name, out var source))
            {
                document.Append(CultureInfo.InvariantCulture, $"# admin secret: {source}\n");
            }
        }

        return document.ToString();
    }

    /// <summary>A value for JSON.</summary>
    public static object PlainOf(EffectiveValue value) => value.Value.Content is TomlArray array ? array.Select(element => element.Content) : value.Value.Content;

    private static string HeaderOf(EffectiveTable table)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new TomlWriter(buffer).Table([.. table.Path]);

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static EffectiveValue ValueOf(RepositoryConfig repository, ConfigKey key)
    {
        if (key.Kind == ConfigKind.Secret)
        {
            var setting = repository.Setting(key.Name);

            return new EffectiveValue(setting.Key, setting.IsEmpty ? "" : Mask, setting.Source);
        }

        if (key == GroupMembers.Key)
        {
            return new EffectiveValue(key.Name, ArrayOf(repository.Members.Select(member => member.ToString())));
        }

        return new EffectiveValue(key.Name, repository.Value(key.Name) switch
        {
            string text => text,
            long number => number,
            bool flag => flag,
            _ => ArrayOf(repository.Reserve.Select(pattern => pattern.ToString())),
        });
    }

    private static IEnumerable<EffectiveValue> ValuesOf(TokenDescription token)
    {
        yield return new EffectiveValue("sha256", Mask);
        yield return new EffectiveValue("permission", token.Permission);
        yield return new EffectiveValue("projects", ArrayOf(token.Projects));
        yield return new EffectiveValue("reads", ArrayOf(token.Reads));
        yield return new EffectiveValue("expires", token.Expires ?? "never");
        yield return new EffectiveValue("networks", ArrayOf(token.Networks), token.Networks.Count == 0 ? "anywhere" : null);
    }

    private static TomlArray ArrayOf(IEnumerable<string> values) => [.. values.Select(value => (TomlValue)value)];
}
