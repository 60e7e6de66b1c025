using System.Globalization;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.Groups;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.State;

/// <summary>Opens a repository for a command, whose flags are validated like keys of a configuration.</summary>
internal sealed class BackendOpener(BackendCatalog backends) : IBackendOpener
{
    public Outcome<IRepositoryBackend> Open(BackendAddress address)
    {
        if (!Directory.Exists(address.Root))
        {
            return Invalid($"there is no folder {address.Root}; --root names the server's root folder");
        }

        var config = Read(address);
        if (config.Failure is { } failure)
        {
            return failure;
        }

        if ((backends[address.Type].ProblemOf(config.Value) ?? backends.ProblemOfStorage(address.Type, address.Root, address.Name)) is { } problem)
        {
            return Invalid(problem);
        }

        try
        {
            // A command on this machine needs no secret that it can't read.
            return Outcome.Of(backends[address.Type].Open(config.Value.WithSecrets(out _), address.Root, adminSecret: null));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, exception.Message);
        }
    }

    /// <summary>The configuration of the repository with the flags over it; the flags alone where they are complete.</summary>
    private Outcome<RepositoryConfig> Read(BackendAddress address)
    {
        var configured = Configured(address);
        if (configured.Failure is { } failure && address.Keys.Count == 0)
        {
            return failure;
        }

        if (configured.Failure is null && configured.Value is { } config)
        {
            if (config.IsGroup)
            {
                return new Failure(FailureKind.NotAllowed, $"{address.Configuration?.ConfigName}: [{address.Name}] is a group, which has no index in a storage: name one of its members: {string.Join(", ", config.Members)}");
            }

            if (config.Type != address.Type && backends.Keys.ContainsKey(address.Type))
            {
                return Invalid($"{address.Configuration?.ConfigName}: [{address.Name}] is of type {config.Type}, not {address.Type}");
            }

            if (config.Type == address.Type && address.Keys.Count == 0)
            {
                return config;
            }
        }

        if (address.Type == GroupBackendType.TypeName)
        {
            return Invalid("a group has no index in a storage: name one of its members");
        }

        return ConfigFile.TryRead(Document(address), "command line", backends.Keys, out var configs, out var problem) ? configs[0] : Invalid(problem);
    }

    /// <summary>The configured repository; null where there is no configuration, or where the repository is in the root folder but not in the configuration.</summary>
    private Outcome<RepositoryConfig?> Configured(BackendAddress address)
    {
        if (address.Configuration is not { } documents)
        {
            return default(RepositoryConfig);
        }

        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        var found = configs.FirstOrDefault(config => config.Name == address.Name);
        var isOnDisk = backends.Keys.ContainsKey(address.Type) && backends[address.Type].StorageFolder(address.Root, address.Name) is not null;

        return found is not null || isOnDisk || !backends.Keys.ContainsKey(address.Type)
            ? found
            : Invalid($"{documents.ConfigName} has no repository {address.Name}; it has {string.Join(", ", configs.Select(config => config.Name))}");
    }

    private string Document(BackendAddress address)
    {
        var repository = new TomlTable { { "type", address.Type } };
        foreach (var (name, text) in address.Keys)
        {
            repository.Add(name, Value(address.Type, name, text));
        }

        var replaced = KeysOf(address.Type).Where(key => key.Names.Any(address.Keys.ContainsKey)).SelectMany(key => key.Names).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in ConfiguredTable(address))
        {
            if (!replaced.Contains(key) && !repository.TryGetValue(key, out _))
            {
                repository.Add(key, value);
            }
        }

        return TomlWriter.Write(new TomlTable { { address.Name.ToString(), repository } });
    }

    private static TomlTable ConfiguredTable(BackendAddress address) =>
        address.Configuration is { } documents && TomlReader.TryRead(documents.Config, out var tables, out _)
            ? tables.Where(pair => RepositoryName.TryParse(pair.Key, out var name, out _) && name == address.Name)
                .Select(pair => pair.Value.Content).OfType<TomlTable>().FirstOrDefault() ?? []
            : [];

    /// <summary>The value of a flag in the type of its key; of an unknown key in the type that it looks like.</summary>
    private TomlValue Value(string type, string name, string text)
    {
        var isText = KeysOf(type).FirstOrDefault(key => key.Names.Contains(name))?.Kind is ConfigKind.Text or ConfigKind.Secret;

        return !isText && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : !isText && bool.TryParse(text, out var flag) ? flag : text;
    }

    private IReadOnlyList<ConfigKey> KeysOf(string type) => backends.Keys.GetValueOrDefault(type) ?? [];

    private static Failure Invalid(string problem) => new(FailureKind.Invalid, problem);
}
