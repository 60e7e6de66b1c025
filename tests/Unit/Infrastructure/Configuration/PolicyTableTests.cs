using System.Runtime.CompilerServices;
using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public class PolicyTableTests
{
    private const string AllowedKeys =
        "allow_legacy_sdist_names, allow_legacy_wheel_names, require_digest, require_sound_archive, require_standard_archive, require_readable_metadata, "
        + "require_metadata_match, require_record_match, deletion";

    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new() { ["file_system"] = [] };

    private static readonly Dictionary<string, Func<PublishingPolicy, PolicyAction>> Rules = new()
    {
        ["allow_legacy_sdist_names"] = policy => policy.LegacySdistName,
        ["allow_legacy_wheel_names"] = policy => policy.LegacyWheelName,
        ["require_digest"] = policy => policy.MissingDigest,
        ["require_sound_archive"] = policy => policy.UnsoundArchive,
        ["require_standard_archive"] = policy => policy.IrregularArchive,
        ["require_readable_metadata"] = policy => policy.UnreadableMetadata,
        ["require_metadata_match"] = policy => policy.MetadataMismatch,
        ["require_record_match"] = policy => policy.RecordDifference,
    };

    public static TheoryData<string> Keys { get; } = new(Rules.Keys);

    public static TheoryData<string, string> Problems => new()
    {
        { "require_digets = true", $"5:1: unknown key \"require_digets\" in [local.policy]; allowed keys: {AllowedKeys}; did you mean \"require_digest\"?" },
        { "read_secret = 's3cret'", $"5:1: unknown key \"read_secret\" in [local.policy]; allowed keys: {AllowedKeys}" },
        { "require_digest = 'refuse'", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: another string" },
        { "require_digest = 'Warn'", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: another string" },
        { "require_digest = 'true'", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: another string" },
        { "require_digest = 1", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: integer" },
        { "require_digest = ['warn']", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: array" },
        { "require_digest = { warn = true }", "5:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: table" },
        { "deletion = 'owner'", "5:12: \"deletion\" in [local.policy] must be \"write\" or \"admin\"; found: another string" },
        { "deletion = true", "5:12: \"deletion\" in [local.policy] must be \"write\" or \"admin\"; found: boolean" },
        { "deletoin = 'admin'", $"5:1: unknown key \"deletoin\" in [local.policy]; allowed keys: {AllowedKeys}; did you mean \"deletion\"?" },
        { "[local.policy.require_digest]", "5:15: \"require_digest\" in [local.policy] must be true, false or \"warn\"; found: table" },
        { "[local.other]", "5:8: a repository has no table but \"policy\", \"tokens\" and \"upstream\" in its table; a name with a dot needs quotes: [\"local.other\"]" },
        { "[local.polcy]", "5:8: a repository has no table but \"policy\", \"tokens\" and \"upstream\" in its table; a name with a dot needs quotes: [\"local.polcy\"]; did you mean [local.policy]?" },
        { "[local.policy]", "5:8: \"policy\" is already defined at 4:8" },
    };

    [Fact]
    public void A_repository_without_a_policy_has_the_usual_one()
    {
        Assert.Equal(PublishingPolicy.Default, Read(""));
        Assert.Equal(PublishingPolicy.Default, Read("[local.policy]"));
    }

    [Fact]
    public void The_usual_policy_takes_old_names_warns_of_small_things_and_refuses_what_lies()
    {
        Assert.Equal(
            [
                PolicyAction.Allow, PolicyAction.Allow, PolicyAction.Warn, PolicyAction.Refuse, PolicyAction.Warn, PolicyAction.Refuse, PolicyAction.Refuse,
                PolicyAction.Warn,
            ],
            Rules.Values.Select(rule => rule(PublishingPolicy.Default)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_key_sets_its_rule_and_no_other(string key)
    {
        var isAllow = key.StartsWith("allow_", StringComparison.Ordinal);
        foreach (var (value, action) in new[]
        {
            ("true", isAllow ? PolicyAction.Allow : PolicyAction.Refuse),
            ("false", isAllow ? PolicyAction.Refuse : PolicyAction.Allow),
            ("\"warn\"", PolicyAction.Warn),
        })
        {
            var policy = Read($"[local.policy]\n{key} = {value}");

            Assert.Equal(action, Rules[key](policy));
            Assert.All(Rules.Where(rule => rule.Key != key), rule => Assert.Equal(rule.Value(PublishingPolicy.Default), rule.Value(policy)));
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("[local.policy]\ndeletion = \"write\"", false)]
    [InlineData("[local.policy]\ndeletion = \"admin\"", true)]
    public void Deletion_may_take_an_admin(string policy, bool requiresAdmin)
    {
        Assert.True(ConfigFile.TryRead($"[local]\ntype = 'file_system'\n{policy}", "config.toml", Types, out var repositories, out var problem), problem);

        Assert.Equal(requiresAdmin, Assert.Single(repositories).Access.RequiresAdmin);
        Assert.Equal(PublishingPolicy.Default, repositories[0].Policy);
    }

    [Fact]
    public void A_policy_may_stand_inline_or_in_dotted_keys()
    {
        Assert.Equal(PolicyAction.Refuse, Read("policy = { require_digest = true }").MissingDigest);
        Assert.Equal(PolicyAction.Refuse, Read("policy.require_digest = true").MissingDigest);
    }

    [Fact]
    public void Each_repository_has_its_own()
    {
        const string Config =
            """
            [strict]
            type = "file_system"
            [strict.policy]
            require_digest = true
            [lax]
            type = "file_system"
            [lax.policy]
            require_digest = false
            """;

        Assert.True(ConfigFile.TryRead(Config, "config.toml", Types, out var repositories, out var problem), problem);
        Assert.Equal([PolicyAction.Refuse, PolicyAction.Allow], repositories.Select(repository => repository.Policy.MissingDigest));
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what_is_allowed(string line, string expected)
    {
        var config = $"[local]\ntype = 'file_system'\n\n[local.policy]\n{line}";

        Assert.False(ConfigFile.TryRead(config, "config.toml", Types, out _, out var problem));
        Assert.Equal($"config.toml:{expected}", problem);
    }

    [Theory]
    [InlineData("policy = true", "3:10: \"policy\" in [local] must be a table, [local.policy]; found: boolean")]
    [InlineData("[[local.policy]]", "3:9: \"policy\" in [local] must be a table, [local.policy]; found: array")]
    public void A_policy_is_a_table(string line, string expected)
    {
        Assert.False(ConfigFile.TryRead($"[local]\ntype = 'file_system'\n{line}", "config.toml", Types, out _, out var problem));
        Assert.Equal($"config.toml:{expected}", problem);
    }

    [Fact]
    public void The_file_of_secrets_has_no_policies()
    {
        Assert.True(ConfigFile.TryRead("[local]\ntype = 'file_system'", "config.toml", Types, out var repositories, out _));

        Assert.False(SecretFile.TryRead("[local]\ntype = 'file_system'\n[local.policy]\n", "admin_secret.toml", repositories, out _, out var problem));
        Assert.Equal("admin_secret.toml:3:8: a repository has no table in its table; a name with a dot needs quotes: [\"local.policy\"]", problem);
    }

    [Fact]
    public void The_documentation_has_every_key_with_its_default_and_an_example_that_says_the_same()
    {
        var text = File.ReadAllText(Documentation());
        var example = text.Split("```toml\n")[1].Split("```")[0];
        var defaults = string.Join('\n', Rules.Keys.Select(key => $"{key} = {text.Split($"\n| `{key}` | `")[1].Split('`')[0]}"));

        Assert.True(ConfigFile.TryRead(example, "uploads.md", Types, out var repositories, out var problem), problem);
        Assert.Equal(PublishingPolicy.Default, Assert.Single(repositories).Policy);
        Assert.All(Rules.Keys, key => Assert.Contains($"\n{key} = ", example, StringComparison.Ordinal));
        Assert.Equal(PublishingPolicy.Default, Read($"[local.policy]\n{defaults}"));
    }

    private static string Documentation([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here) ?? "", "..", "..", "..", "..", "docs", "uploads.md");

    private static PublishingPolicy Read(string policy)
    {
        Assert.True(ConfigFile.TryRead($"[local]\ntype = 'file_system'\n{policy}", "config.toml", Types, out var repositories, out var problem), problem);

        return Assert.Single(repositories).Policy;
    }
}
