using PyWharf.Application.Access;
using PyWharf.Application.Repositories;

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
        Allow("allow_legacy_sdist_names", (policy, action) => policy with { LegacySdistName = action }),
        Allow("allow_legacy_wheel_names", (policy, action) => policy with { LegacyWheelName = action }),
        Require("require_digest", (policy, action) => policy with { MissingDigest = action }),
        Require("require_sound_archive", (policy, action) => policy with { UnsoundArchive = action }),
        Require("require_standard_archive", (policy, action) => policy with { IrregularArchive = action }),
        Require("require_readable_metadata", (policy, action) => policy with { UnreadableMetadata = action }),
        Require("require_metadata_match", (policy, action) => policy with { MetadataMismatch = action }),
        Require("require_record_match", (policy, action) => policy with { RecordDifference = action }),
    ];

    /// <summary>Reads the policy. Missing keys are as in <see cref="PublishingPolicy.Default"/> and <see cref="AccessRules.Default"/>.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Read(RepositoryTable table, out PublishingPolicy policy, out AccessRules access)
    {
        policy = PublishingPolicy.Default;
        access = AccessRules.Default;
        if (table.UnknownKey([.. Rules.Select(rule => rule.Key), Deletion]) is { } unknown)
        {
            return unknown;
        }

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
                return table.Problem($"\"{rule.Key}\" in [{table.Title}] must be true, false or \"warn\"; found: {found}", rule.Key);
            }

            policy = rule.With(policy, action.Value);
        }

        return ReadDeletion(table, ref access);
    }

    private static string? ReadDeletion(RepositoryTable table, ref AccessRules access)
    {
        if (!table.TryGetValue(Deletion, out var value))
        {
            return null;
        }

        access = access with { RequiresAdmin = value.Content is "admin" };

        return value.Content is "admin" or "write"
            ? null
            : table.Problem($"\"{Deletion}\" in [{table.Title}] must be \"write\" or \"admin\"; found: {(value.Content is string ? "another string" : value.Kind)}", Deletion);
    }

    private static Rule Allow(string key, Func<PublishingPolicy, PolicyAction, PublishingPolicy> with) =>
        new(key, PolicyAction.Allow, PolicyAction.Refuse, with);

    private static Rule Require(string key, Func<PublishingPolicy, PolicyAction, PublishingPolicy> with) =>
        new(key, PolicyAction.Refuse, PolicyAction.Allow, with);

    /// <param name="Key">The key as it is written in the document.</param>
    /// <param name="IfTrue">What <c>true</c> means.</param>
    /// <param name="IfFalse">What <c>false</c> means.</param>
    /// <param name="With">The policy with another action for this rule.</param>
    private sealed record Rule(string Key, PolicyAction IfTrue, PolicyAction IfFalse, Func<PublishingPolicy, PolicyAction, PublishingPolicy> With);
}
