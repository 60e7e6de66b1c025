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
        var reading = Read(text, sourceName, keysByType, out problem);
        repositories = problem is null ? reading.Repositories : null;

        return problem is null;
    }

    /// <summary>Reads the document to its end.</summary>
    public static ConfigReading Read(string text, string sourceName, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType) =>
        Read(text, sourceName, keysByType, out _);

    /// <summary>All keys of a type of storage, in the order of their description.</summary>
    public static IReadOnlyList<ConfigKey> KeysOf(IReadOnlyList<ConfigKey> own) => IsGroup(own)
        ? [.. Common.Where(key => key.Name is Reserve or AnonymousRead || key == Type), .. own]
        : [.. Common.Select(common => own.FirstOrDefault(key => key.Name == common.Name) ?? common).UnionBy(own, key => key.Name)];

    /// <summary>Whether the key exists for every type and controls only how the server treats the repository: neither where its storage is, nor its secrets.</summary>
    public static bool IsCommon(string key) => key is PolicyTable.Key or TokenTables.Key or UpstreamTable.Key || (key != Type.Name && Common.Any(common => common.Name == key));

    private static ConfigReading Read(
        string text, string sourceName, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType, out string? first)
    {
        var problems = new ConfigProblems(sourceName);
        var tables = RepositoryTable.ReadAll(text, [PolicyTable.Key, TokenTables.Key, UpstreamTable.Key], problems);
        var digests = new UniqueDigests();
        var isGroup = IsGroupIn(tables ?? [], keysByType);
        var repositories = new List<RepositoryConfig>();
        var unread = new List<RepositoryName>();
        foreach (var table in tables ?? [])
        {
            if (Read(table, keysByType, digests, isGroup) is { } repository)
            {
                repositories.Add(repository);
            }
            else
            {
                unread.Add(table.Name);
            }
        }

        if (tables is { Count: 0 } && problems.First is null)
        {
            problems.Add("there is no repository; each one is a table such as [local]", new TomlPosition(1, 1));
        }

        first = problems.First;

        return new ConfigReading(repositories, unread, problems.All, IsParsed: tables is not null);
    }

    /// <summary>Reads the table of a repository; null where its type is not known.</summary>
    private static RepositoryConfig? Read(
        RepositoryTable table, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType, UniqueDigests digests, IReadOnlyDictionary<RepositoryName, bool> isGroup)
    {
        var type = (string)table.Read(Type);
        if (!keysByType.TryGetValue(type, out var own))
        {
            if (type.Length > 0 || table.TryGetValue(Type.Name, out var given) && given.Content is string)
            {
                var meant = ClosestName.To(type, keysByType.Keys) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
                var types = string.Join(", ", keysByType.Keys.Order(StringComparer.Ordinal));
                table.Report($"unknown type {TomlText.Quote(type)} in [{table.Name}]; types of this build: {types}{meant}", Type.Name);
            }

            return null;
        }

        if (IsGroup(own))
        {
            return ReadGroup(table, own, digests, isGroup);
        }

        var values = table.ReadAll(KeysOf(own));
        var reserve = NamePatterns.Read(table, Reserve);
        var (policy, access) = table.ReadInner(PolicyTable.Key) is { } policies ? PolicyTable.Read(policies) : (PublishingPolicy.Default, AccessRules.Default);
        digests.Add(table, values.Values.OfType<SecretSetting>());
        var upstream = table.ReadInner(UpstreamTable.Key) is { } index ? UpstreamTable.Read(index) : null;
        var tokens = table.ReadInner(TokenTables.Key) is { } named ? TokenTables.Read(named, digests) : [];

        return new RepositoryConfig(
            table.Name, table.Place, values, reserve, policy, access with { AllowsAnonymousRead = values[AnonymousRead] is true, Tokens = tokens }, upstream, members: null);
    }

    /// <summary>Reads the table of a group, which takes no uploads and has no storage and no upstream index of its own.</summary>
    private static RepositoryConfig ReadGroup(
        RepositoryTable table, IReadOnlyList<ConfigKey> own, UniqueDigests digests, IReadOnlyDictionary<RepositoryName, bool> isGroup)
    {
        var values = table.ReadAll(KeysOf(own), [TokenTables.Key]);
        foreach (var key in (string[])[PolicyTable.Key, UpstreamTable.Key])
        {
            if (table.ReadInner(key) is { } inner)
            {
                inner.Report($"[{table.Name}] is a group, which has no table \"{key}\": its members have their own");
            }
        }

        var members = GroupMembers.Read(table, name => isGroup.TryGetValue(name, out var known) ? known : null, isGroup.Keys.Where(name => name != table.Name));
        digests.Add(table, values.Values.OfType<SecretSetting>());
        var tokens = table.ReadInner(TokenTables.Key) is { } named ? TokenTables.ReadOfReaders(named, digests) : [];
        var access = AccessRules.Default with { AllowsAnonymousRead = values[AnonymousRead] is true, Tokens = tokens };

        return new RepositoryConfig(table.Name, table.Place, values, NamePatterns.Read(table, Reserve), PublishingPolicy.Default, access, upstream: null, members);
    }

    /// <summary>Whether these are the keys of a group's type.</summary>
    private static bool IsGroup(IReadOnlyList<ConfigKey> own) => own.Contains(GroupMembers.Key);

    /// <summary>The names of the document, each with whether its table is that of a group.</summary>
    private static Dictionary<RepositoryName, bool> IsGroupIn(IReadOnlyList<RepositoryTable> tables, IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> keysByType) =>
        tables.ToDictionary(
            table => table.Name,
            table => table.TryGetValue(Type.Name, out var type) && type.Content is string text && keysByType.TryGetValue(text, out var keys) && IsGroup(keys));
}
