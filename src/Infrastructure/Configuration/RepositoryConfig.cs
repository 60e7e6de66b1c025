using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The settings of one repository in config.toml, validated and with defaults filled in. Its keys are those of its type: asking for another one throws.
/// </summary>
public sealed class RepositoryConfig
{
    private readonly IReadOnlyDictionary<string, object> _values;

    internal RepositoryConfig(RepositoryName name, IReadOnlyDictionary<string, object> values, IReadOnlyList<NamePattern> reserve, PublishingPolicy policy)
    {
        Name = name;
        Reserve = reserve;
        Policy = policy;
        _values = values;
    }

    /// <summary>The name of its table, and of the repository.</summary>
    public RepositoryName Name { get; }

    /// <summary>The type of its storage, one that this build supports.</summary>
    public string Type => Text("type");

    /// <summary>The size in bytes of the largest file that it accepts; at least 1.</summary>
    public long MaxFileBytes => Number("max_file_bytes");

    /// <summary>The interval at which its index is compared with its storage; a second to 30 days.</summary>
    public TimeSpan SyncIndexInterval => TimeSpan.FromSeconds(Number("sync_index_interval"));

    /// <summary>Project names for which no repository of the server asks an upstream index.</summary>
    public IReadOnlyList<NamePattern> Reserve { get; }

    /// <summary>Which irregular uploads are refused, warned about or allowed.</summary>
    public PublishingPolicy Policy { get; }

    public string Text(string key) => (string)_values[key];

    public long Number(string key) => (long)_values[key];

    public bool Flag(string key) => (bool)_values[key];
}
