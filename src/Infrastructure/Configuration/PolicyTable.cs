using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// <c>[NAME.policy]</c> in config.toml: <c>deletion</c> is <c>"write"</c> or <c>"admin"</c>, each other key is <c>true</c>, <c>false</c> or <c>"warn"</c>.
/// </summary>
internal static class PolicyTable
{
    /// <summary>Its key in a repository's table.</summary>
    public const string Key = "policy";

    private const string Deletion = "deletion";

    private static readonly Rule[] Rules =
    [
        Allow("allow_legacy_sdist_names", policy => policy.LegacySdistName, (policy, action) => policy with { LegacySdistName = action }),
        Allow("allow_legacy_wheel_names", policy => policy.LegacyWheelName, (policy, action) => policy with { LegacyWheelName = action }),
        Require("require_digest", policy => policy.MissingDigest, (policy, action) => policy with { MissingDigest = action }),
        Require("require_sound_archive", policy => policy.UnsoundArchive, (policy, action) => policy with { UnsoundArchive = action }),
        Require("require_standard_archive", policy => policy.IrregularArchive, (policy, action) => policy with { IrregularArchive = action }),
        Require("require_readable_metadata", policy => policy.UnreadableMetadata, (policy, action) => policy with { UnreadableMetadata = action }),
        Require("require_metadata_match", policy => policy.MetadataMismatch, (policy, action) => policy with { MetadataMismatch = action }),
        Require("require_record_match", policy => policy.RecordDifference, (policy, action) => policy with { RecordDifference = action }),
    ];

    /// <summary>The keys of the table.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Rules.Select(rule => rule.Key), Deletion];

    /// <summary>Reads the policy. Missing and wrong keys are as in <see cref="PublishingPolicy.Default"/> and <see cref="AccessRules.Default"/>.</summary>
    public static (PublishingPolicy Policy, AccessRules Access) Read(RepositoryTable table)
    {
        var policy = PublishingPolicy.Default;
        table.ReportUnknownKeys(Keys);
        foreach (var rule in Rules)
        {
            if (!table.TryGetValue(rule.Key, out var value))
            {
                continue;
            }

            PolicyAction? action = value.Content switch
            {
                true => rule.IfTrue,
                false => rule.IfFalse,
                "warn" => PolicyAction.Warn,
                _ => null,
            };
            if (action is null)
            {
                var found = value.Content is string ? "another string" : value.Kind;
                table.Report($"\"{rule.Key}\" in [{table.Title}] must be true, false or \"warn\"; found: {found}", rule.Key);
            }

            policy = rule.With(policy, action ?? rule.Of(policy));
        }

        return (policy, ReadDeletion(table));
    }

    /// <summary>The values of all keys.</summary>
    public static IEnumerable<KeyValuePair<string, TomlValue>> ValuesOf(PublishingPolicy policy, AccessRules access) =>
    [
        .. Rules.Select(rule => KeyValuePair.Create<string, TomlValue>(rule.Key, rule.Of(policy) is PolicyAction.Warn ? "warn" : rule.Of(policy) == rule.IfTrue)),
        new(Deletion, access.RequiresAdmin ? "admin" : "write"),
    ];

    private static AccessRules ReadDeletion(RepositoryTable table)
    {
        if (!table.TryGetValue(Deletion, out var value))
        {
            return AccessRules.Default;
        }

        if (value.Content is not ("admin" or "write"))
        {
            table.Report($"\"{Deletion}\" in [{table.Title}] must be \"write\" or \"admin\"; found: {(value.Content is string ? "another string" : value.Kind)}", Deletion);
        }

        return AccessRules.Default with { RequiresAdmin = value.Content is "admin" };
    }

    private static Rule Allow(string key, Func<PublishingPolicy, PolicyAction> of, Func<PublishingPolicy, PolicyAction, PublishingPolicy> with) =>
        new(key, PolicyAction.Allow, PolicyAction.Refuse, of, with);

    private static Rule Require(string key, Func<PublishingPolicy, PolicyAction> of, Func<PublishingPolicy, PolicyAction, PublishingPolicy> with) =>
        new(key, PolicyAction.Refuse, PolicyAction.Allow, of, with);

    /// <param name="Key">The key as it is written in the document.</param>
    /// <param name="IfTrue">What <c>true</c> means.</param>
    /// <param name="IfFalse">What <c>false</c> means.</param>
    /// <param name="Of">What the policy says of this rule.</param>
    /// <param name="With">The policy with another action for this rule.</param>
    private sealed record Rule(
        string Key,
        PolicyAction IfTrue,
        PolicyAction IfFalse,
        Func<PublishingPolicy, PolicyAction> Of,
        Func<PublishingPolicy, PolicyAction, PublishingPolicy> With);
}
