using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// What config.toml says of one repository, checked, defaults filled in. Its keys are those of its type: another is a bug and throws.
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

    /// <summary>The name of its table.</summary>
    public RepositoryName Name { get; }

    /// <summary>The kind of its storage, one that this build has.</summary>
    public string Type => Text("type");

    /// <summary>The largest file that it accepts; at least 1.</summary>
    public long MaxFileBytes => Number("max_file_bytes");

    /// <summary>How often its index is compared with its storage; a second to 30 days.</summary>
    public TimeSpan SyncIndexInterval => TimeSpan.FromSeconds(Number("sync_index_interval"));

    /// <summary>Names for which no repository of the server asks another index.</summary>
    public IReadOnlyList<NamePattern> Reserve { get; }

    /// <summary>What of an upload is refused, warned about or let pass.</summary>
    public PublishingPolicy Policy { get; }

    public string Text(string key) => (string)_values[key];

    public long Number(string key) => (long)_values[key];

    public bool Flag(string key) => (bool)_values[key];
}
