using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The settings of one repository in config.toml, validated and with defaults filled in. Its keys are those of its type: asking for another one throws.
/// </summary>
public sealed class RepositoryConfig
{
    private readonly IReadOnlyDictionary<string, object> _values;

    internal RepositoryConfig(
        RepositoryName name, string place, IReadOnlyDictionary<string, object> values, IReadOnlyList<NamePattern> reserve, PublishingPolicy policy, AccessRules access, UpstreamConfig? upstream, IReadOnlyList<RepositoryName>? members)
    {
        Name = name;
        Place = place;
        Reserve = reserve;
        Policy = policy;
        Access = access;
        Upstream = upstream;
        Members = members ?? [];
        IsGroup = members is not null;
        _values = values;
    }

    /// <summary>The name of its table, and of the repository.</summary>
    public RepositoryName Name { get; }

    /// <summary>Where its table begins, as <c>document:line:column</c>.</summary>
    public string Place { get; }

    /// <summary>The type of its storage, one that this build supports.</summary>
    public string Type => Text("type");

    /// <summary>Whether it is a group, which has no storage.</summary>
    public bool IsGroup { get; }

    /// <summary>The members of a group, in order; none for a repository with a storage.</summary>
    public IReadOnlyList<RepositoryName> Members { get; }

    /// <summary>The size in bytes of the largest file that it accepts; at least 1.</summary>
    public long MaxFileBytes => Number("max_file_bytes");

    /// <summary>The interval at which its index is compared with its storage; a second to 30 days.</summary>
    public TimeSpan SyncIndexInterval => TimeSpan.FromSeconds(Number("sync_index_interval"));

    /// <summary>Project names for which no repository of the server asks an upstream index.</summary>
    public IReadOnlyList<NamePattern> Reserve { get; }

    /// <summary>Which irregular uploads are refused, warned about or allowed.</summary>
    public PublishingPolicy Policy { get; }

    /// <summary>Who has access besides those who know its secrets.</summary>
    public AccessRules Access { get; }

    /// <summary>Its upstream index; null for the one of <c>--extra_index_url</c>.</summary>
    public UpstreamConfig? Upstream { get; }

    public string Text(string key) => (string)_values[key];

    public long Number(string key) => (long)_values[key];

    public bool Flag(string key) => (bool)_values[key];

    /// <summary>Recognises a secret that clients show. Only after <see cref="WithSecrets"/>.</summary>
    public SecretVerifier Secret(string key) => (SecretVerifier)_values[key];

    /// <summary>A secret that clients show, if config.toml itself has it. Only before <see cref="WithSecrets"/>.</summary>
    internal string? SecretText(string key) => ((SecretSetting)_values[key]).Text;

    /// <summary>How the document gives a secret. Only before <see cref="WithSecrets"/>.</summary>
    internal SecretSetting Setting(string key) => (SecretSetting)_values[key];

    /// <summary>The value of a key that is no secret: a <see cref="string"/>, <see cref="long"/> or <see cref="bool"/>.</summary>
    internal object Value(string key) => _values[key];

    /// <summary>What is wrong with the variables and files that hold its secrets.</summary>
    internal IEnumerable<string> FindSecretProblems() => _values.Values.OfType<SecretSetting>().Select(setting => setting.Resolve(out _)).Append(Upstream?.Password?.Resolve(out _)).OfType<string>();

    /// <summary>The same with its secrets read from the variables and files that hold them.</summary>
    /// <param name="problem">The first problem, with its position; null if there is none. A secret that can't be read opens nothing.</param>
    internal RepositoryConfig WithSecrets(out string? problem)
    {
        problem = null;
        var values = new Dictionary<string, object>(_values, StringComparer.Ordinal);
        foreach (var (key, value) in _values)
        {
            if (value is SecretSetting setting)
            {
                problem = setting.Resolve(out var secret) is { } wrong ? problem ?? wrong : problem;
                values[key] = secret;
            }
        }

        string? unreadable = null;
        var upstream = Upstream?.WithPassword(out unreadable);
        problem ??= unreadable;

        return new RepositoryConfig(Name, Place, values, Reserve, Policy, Access, upstream, IsGroup ? Members : null);
    }
}
