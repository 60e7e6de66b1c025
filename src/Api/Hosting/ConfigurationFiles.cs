using PyWharf.Application.Administration;
using PyWharf.Application.Ports;

namespace PyWharf.Api.Hosting;

/// <summary>Reads the configuration of <c>--config</c> and <c>--admin_secret</c>: files, or their text if the flags allow it.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Null if the flags name none. Throws <see cref="IOException"/> with the flag's name if a file can't be read.</summary>
    public static ConfigurationDocuments? Read(ServerOptions options)
    {
        if (options.Config is not { } config)
        {
            return options.AdminSecret is null
                ? null
                : throw new IOException("--admin_secret needs --config: it holds secrets of the repositories that one names.");
        }

        var (configText, configName) = ReadOne(config, "--config", options.ConfigOrAdminSecretCanBeText);
        if (options.AdminSecret is not { } adminSecret)
        {
            return new ConfigurationDocuments(configText, null) { ConfigName = configName };
        }

        var (secretText, secretName) = ReadOne(adminSecret, "--admin_secret", options.ConfigOrAdminSecretCanBeText);

        return new ConfigurationDocuments(configText, secretText) { ConfigName = configName, AdminSecretName = secretName };
    }

    private static (string Text, string Name) ReadOne(string value, string flag, bool canBeText)
    {
        if (canBeText && !File.Exists(value))
        {
            return ConfigurationText.ProblemOf(value, flag) is { } damage ? throw new IOException(damage) : (value, flag);
        }

        return (ReadFile(value, flag), value);
    }

    /// <summary>Reads the text of a file. Throws <see cref="IOException"/> with the flag's name, or with the place of invalid UTF-8.</summary>
    public static string ReadFile(string path, string flag)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{flag}: {exception.Message}", exception);
        }

        return ConfigurationText.TryDecode(bytes, path, out var text, out var problem) ? text : throw new IOException(problem);
    }
}
