using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.Groups;
using PyWharf.Infrastructure.Backends.S3;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends;

/// <summary>The kinds of storage that this build knows. To add one: a folder beside FileSystem/, and a line here.</summary>
internal sealed class BackendCatalog(ICatalogFactory catalogs, AuthenticationLifetimes lifetimes, TimeProvider time, ILoggerFactory loggers)
{
    private readonly FrozenDictionary<string, IBackendType> _types = new IBackendType[]
    {
        new GroupBackendType(loggers),
        new FileSystemBackendType(catalogs, time, loggers),
        new GitHubBackendType(catalogs, lifetimes, time, loggers),
        new S3BackendType(catalogs, time, loggers),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The keys of each type, for reading a configuration.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> Keys => _types.ToFrozenDictionary(type => type.Key, type => type.Value.Keys);

    /// <summary>Whether a key of config.toml gives a secret that clients show, in any of its forms.</summary>
    public bool IsShownSecret(string key) => _types.Values.Any(type => type.Keys.Any(known => known.Kind == ConfigKind.Secret && known.Names.Contains(key)));

    /// <summary>Groups of repositories, which are opened with their members.</summary>
    public GroupBackendType Groups => (GroupBackendType)_types[GroupBackendType.TypeName];

    /// <summary>The type of a repository whose configuration was read with <see cref="Keys"/>.</summary>
    public IBackendType this[string name] => _types[name];

    /// <summary>
    /// Why a command can't work on a repository, which would make its folders: its packages are not below that root folder. Null when they are, or lie
    /// on another machine.
    /// </summary>
    public string? ProblemOfStorage(string type, string root, RepositoryName repository)
    {
        if (this[type].StorageFolder(root, repository) is not { } folder || Directory.Exists(folder))
        {
            return null;
        }

        var cache = Path.Combine(root, "cache");
        var there = Directory.Exists(cache)
            ? (from path in Directory.EnumerateDirectories(cache)
               let name = RepositoryName.TryParse(Path.GetFileName(path), out var parsed, out _) ? parsed : null
               where name is not null && Directory.Exists(this[type].StorageFolder(root, name))
               orderby name.ToString()
               select name.ToString()).ToList()
            : [];

        return $"{root} has no repository {repository} of type {type}; it has {(there.Count == 0 ? "none" : string.Join(", ", there))}: --root names the server's root folder, on which the server has to start once with this repository";
    }
}
