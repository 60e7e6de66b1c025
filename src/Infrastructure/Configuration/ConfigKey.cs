using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>A key of a repository's table in config.toml. A key without a default is required.</summary>
/// <remarks>
/// A check gets the value and returns what is wrong with it, such as "must be at least 1", or null. It does not repeat the value, which may be
/// a secret.
/// </remarks>
public sealed class ConfigKey
{
    private readonly Func<object, string?> _problem;

    private ConfigKey(string name, ConfigKind kind, string description, object? defaultValue, Func<object, string?> problem)
    {
        Name = name;
        Kind = kind;
        Description = description;
        Default = defaultValue;
        _problem = problem;
    }

    /// <summary>The key as it is written in the document.</summary>
    public string Name { get; }

    /// <summary>The keys that the document may have for it: more than one for a secret.</summary>
    internal IReadOnlyList<string> Names => Kind == ConfigKind.Secret ? SecretSetting.KeysOf(Name) : [Name];

    /// <summary>The type of its value.</summary>
    public ConfigKind Kind { get; }

    /// <summary>Its purpose in half a line, such as "the account that owns the repository".</summary>
    public string Description { get; }

    /// <summary>Its value if the document has none: a <see cref="string"/>, <see cref="long"/> or <see cref="bool"/>; null if the key is required.</summary>
    public object? Default { get; }

    public static ConfigKey Text(string name, string description, string? defaultValue = null, Func<string, string?>? problem = null) =>
        new(name, ConfigKind.Text, description, defaultValue, value => problem?.Invoke((string)value));

    public static ConfigKey Number(string name, string description, long? defaultValue = null, Func<long, string?>? problem = null) =>
        new(name, ConfigKind.Number, description, defaultValue, value => problem?.Invoke((long)value));

    public static ConfigKey Flag(string name, string description, bool? defaultValue = null) =>
        new(name, ConfigKind.Flag, description, defaultValue, _ => null);

    /// <summary>Globs over project names, none unless there are defaults; <see cref="NamePatterns"/> reads them.</summary>
    public static ConfigKey Patterns(string name, string description, params IEnumerable<string> defaults)
    {
        TomlArray patterns = [.. defaults.Select(pattern => (TomlValue)pattern)];

        return new ConfigKey(name, ConfigKind.Patterns, description, patterns, _ => null);
    }

    /// <summary>Names of repositories; <see cref="RepositoryConfig.Members"/> has them.</summary>
    public static ConfigKey RepositoryNames(string name, string description) =>
        new(name, ConfigKind.Names, description, defaultValue: null, _ => null);

    /// <summary>A secret that clients show, none by default; <see cref="RepositoryConfig.Secret"/> recognises it.</summary>
    public static ConfigKey Secret(string name, string description) =>
        new(name, ConfigKind.Secret, description, "", _ => null);

    /// <summary>The size in bytes of the largest file that a repository accepts. A type of storage has this key among its own to change the default.</summary>
    public static ConfigKey MaxFileBytes(long defaultValue) =>
        Number("max_file_bytes", "the size of the largest file that is accepted", defaultValue, bytes => bytes < 1 ? "must be at least 1" : null);

    /// <summary>What is wrong with a value; null if nothing is.</summary>
    internal string? ProblemOf(TomlValue value) => (Kind, value.Content) switch
    {
        (ConfigKind.Text, string) or (ConfigKind.Number, long) or (ConfigKind.Flag, bool) or (ConfigKind.Patterns or ConfigKind.Names, TomlArray) => _problem(value.Content),
        (ConfigKind.Text, _) => $"must be a string; found: {value.Kind}",
        (ConfigKind.Number, _) => $"must be an integer; found: {value.Kind}",
        (ConfigKind.Names, _) => $"must be an array of names of repositories such as [\"team\", \"shared\"]; found: {value.Kind}",
        (ConfigKind.Patterns, _) => $"must be an array of names or patterns such as [\"acme-*\"]; found: {value.Kind}",
        _ => $"must be true or false; found: {value.Kind}",
    };
}
