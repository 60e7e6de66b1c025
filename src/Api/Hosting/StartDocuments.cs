using PyWharf.Application.Ports;

namespace PyWharf.Api.Hosting;

/// <summary>The configuration that a server is started with: files, or their text where the flags allow that.</summary>
internal static class StartDocuments
{
    /// <summary>Null where the flags name none. Throws <see cref="IOException"/> with the flag's name where a file can't be read.</summary>
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
            return (value, flag);
        }

        try
        {
            return (File.ReadAllText(value), value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{flag}: {exception.Message}", exception);
        }
    }
}
