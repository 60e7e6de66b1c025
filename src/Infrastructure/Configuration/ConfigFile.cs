using System.Diagnostics.CodeAnalysis;
using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Reads config.toml, which has a table for each repository of the server.</summary>
public static class ConfigFile
{
    private const int LongestSyncIndexInterval = 30 * 24 * 60 * 60;

    private const string Reserve = "reserve";
    private const string AnonymousRead = "anonymous_read";

    private static readonly ConfigKey Type = ConfigKey.Text("type", "the kind of its storage");

    // The keys of every repository. A type may replace one of them, to give it another default.
    private static readonly ConfigKey[] Common =
    [
        Type,
        ConfigKey.MaxFileBytes(5_368_709_119),
        ConfigKey.Number(
            "sync_index_interval",
            "how many seconds lie between two looks for changes of the storage",
            60,
            seconds => seconds is < 1 or > LongestSyncIndexInterval ? $"must be from 1 to {LongestSyncIndexInterval} (seconds; 30 days)" : null),
        ConfigKey.Patterns(Reserve, "the names that are ours: no repository of the server asks another index for them"),
        ConfigKey.Flag(AnonymousRead, "whether reading takes no credentials", false),
    ];

    /// <summary>Reads the document; fails at the first error.</summary>
    /// <param name="text">The document.</param>
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="keysByType">The types of storage that this build supports, each with its keys besides the common ones.</param>
    /// <param name="repositories">In the order of the document; at least one.</param>
    /// <param name="problem">The error, such as <c>config.toml:3:1: unknown key "foo" in [local]; allowed keys: …</c>. It contains no secrets.</param>
    public static bool TryRead(
        string text,
        string sourceName,
        IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType,
        [NotNullWhen(true)] out IReadOnlyList<RepositoryConfig>? repositories,
        [NotNullWhen(false)] out string? problem)
    {
        repositories = null;
        if (!RepositoryTable.TryReadAll(text, sourceName, [PolicyTable.Key, TokenTables.Key], out var tables, out problem))
        {
            return false;
        }

        if (tables.Count == 0)
        {
            problem = $"{sourceName}:1:1: there is no repository; each one is a table such as [local]";
            return false;
        }

        var read = new List<RepositoryConfig>();
        var digests = new UniqueDigests();
        foreach (var table in tables)
        {
            problem = Read(table, keysByType, digests, out var repository);
            if (problem is not null)
            {
                return false;
            }

            read.Add(repository);
        }

        repositories = read;
        problem = null;
        return true;
    }

    /// <summary>Whether the key exists for every type and controls only how the server treats the repository: neither where its storage is, nor its secrets.</summary>
    public static bool IsCommon(string key) => key is PolicyTable.Key or TokenTables.Key || (key != Type.Name && Common.Any(common => common.Name == key));

    private static string? Read(
        RepositoryTable table, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType, UniqueDigests digests, out RepositoryConfig repository)
    {
        var policy = PublishingPolicy.Default;
        var access = AccessRules.Default;
        IReadOnlyList<NamePattern> reserve = [];
        IReadOnlyList<AccessToken> tokens = [];
        var problem = ReadKeys(table, keysByType, out var values)
            ?? NamePatterns.Read(table, Reserve, out reserve)
            ?? table.ReadInner(PolicyTable.Key, out var policies)
            ?? (policies is null ? null : PolicyTable.Read(policies, out policy, out access))
            ?? digests.Add(table, values.Values.OfType<SecretSetting>())
            ?? table.ReadInner(TokenTables.Key, out var named)
            ?? (named is null ? null : TokenTables.Read(named, digests, out tokens));
        access = access with { AllowsAnonymousRead = values.GetValueOrDefault(AnonymousRead) is true, Tokens = tokens };
        repository = new RepositoryConfig(table.Name, values, reserve, policy, access);

        return problem;
    }

    private static string? ReadKeys(
        RepositoryTable table,
        IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType,
        out IReadOnlyDictionary<string, object> values)
    {
        values = new Dictionary<string, object>();
        if (table.Read(Type, out var type) is { } problem)
        {
            return problem;
        }

        if (!keysByType.TryGetValue((string)type, out var own))
        {
            var meant = ClosestName.To((string)type, keysByType.Keys) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
            var types = string.Join(", ", keysByType.Keys.Order(StringComparer.Ordinal));
            return table.Problem($"unknown type {TomlText.Quote((string)type)} in [{table.Name}]; types of this build: {types}{meant}", Type.Name);
        }

        var replaced = Common.Select(common => own.FirstOrDefault(key => key.Name == common.Name) ?? common);
        return table.ReadAll([.. replaced.UnionBy(own, key => key.Name)], out values);
    }
}
