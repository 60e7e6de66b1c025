using System.Globalization;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.State;

/// <summary>Opens a repository by a command line, whose flags are checked as if they stood in a configuration.</summary>
internal sealed class BackendOpener(BackendCatalog backends) : IBackendOpener
{
    public Outcome<IRepositoryBackend> Open(BackendAddress address)
    {
        if (!Directory.Exists(address.Root))
        {
            return Invalid($"there is no folder {address.Root}; --root names the server's root folder");
        }

        if (!ConfigFile.TryRead(Document(address), "command line", backends.Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        try
        {
            return Outcome.Of(backends[address.Type].Open(configs[0], address.Root, adminSecret: null));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, exception.Message);
        }
    }

    private string Document(BackendAddress address)
    {
        var repository = new TomlTable { { "type", address.Type } };
        foreach (var (name, text) in address.Keys)
        {
            repository.Add(name, Value(address.Type, name, text));
        }

        return TomlWriter.Write(new TomlTable { { address.Name.ToString(), repository } });
    }

    /// <summary>A flag's text as the type that its key has; a key of all repositories, or none, as what it looks like.</summary>
    private TomlValue Value(string type, string name, string text)
    {
        var key = backends.Keys.GetValueOrDefault(type)?.FirstOrDefault(key => key.Name == name);

        return key?.Kind != ConfigKind.Text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : key?.Kind != ConfigKind.Text && bool.TryParse(text, out var flag) ? flag : text;
    }

    private static Failure Invalid(string problem) => new(FailureKind.Invalid, problem);
}
