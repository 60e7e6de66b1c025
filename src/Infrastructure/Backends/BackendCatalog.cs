using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends;

/// <summary>The kinds of storage that this build knows. To add one: a folder beside FileSystem/, and a line here.</summary>
public sealed class BackendCatalog(AuthenticationLifetimes lifetimes, TimeProvider time, ILoggerFactory loggers)
{
    private readonly FrozenDictionary<string, IBackendType> _types = new IBackendType[]
    {
        new FileSystemBackendType(time, loggers),
        new GitHubBackendType(lifetimes, time, loggers),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The keys of each type, for reading a configuration.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> Keys => _types.ToFrozenDictionary(type => type.Key, type => type.Value.Keys);

    /// <summary>The type of a repository whose configuration was read with <see cref="Keys"/>.</summary>
    public IBackendType this[string name] => _types[name];
}
