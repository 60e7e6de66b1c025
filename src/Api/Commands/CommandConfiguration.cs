using PyWharf.Api.Hosting;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Commands;

/// <summary>Finds the configuration for commands that work on a server's root folder: the server's own, unless a file is named.</summary>
internal static class CommandConfiguration
{
    /// <summary>
    /// Finds and reads the configuration; null if there is none. Throws <see cref="IOException"/> with a message for the user if it can't be read.
    /// </summary>
    /// <param name="kept">Where POST /initialize/ stores it.</param>
    /// <param name="root">The server's root folder.</param>
    /// <param name="config">The file named on the command line; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ConfigurationDocuments?> FindAsync(IConfigurationStore kept, string root, string? config, CancellationToken cancellationToken) =>
        Given(root, config) ?? await kept.ReadAsync(cancellationToken);

    /// <summary>The same for a command that changes nothing: without waiting for a change of the configuration, whose lock may be a file.</summary>
    public static async Task<ConfigurationDocuments?> PeekAsync(
        IConfigurationStore kept, string root, string? config, CancellationToken cancellationToken) =>
        Given(root, config) ?? (kept is FileConfigurationStore ? LockedConfiguration.Read(new ServerRoot(root)) : await kept.ReadAsync(cancellationToken));

    /// <summary>The message where there is none.</summary>
    public static string None(string root, DatabaseUrl? database) => database is null
        ? $"there is no config.toml in {root}: --root names the server's folder, --config its configuration"
        : "no configuration is stored in the database: --config names that of the servers";

    /// <summary>The configuration with the admin secrets of a file; as it is if none is named. Throws like <see cref="FindAsync"/>.</summary>
    public static ConfigurationDocuments WithAdminSecret(ConfigurationDocuments documents, string? path) => path is null
        ? documents
        : documents with { AdminSecret = ConfigurationFiles.ReadFile(path, "--admin_secret"), AdminSecretName = path };

    /// <summary>The configuration of the command line or of the server that started last; null where that is the one in the root folder.</summary>
    private static ConfigurationDocuments? Given(string root, string? config) => (config ?? new ServerRoot(root).ReadConfigurationPath()) switch
    {
        null => null,
        "" => throw new IOException($"the server on {root} was given the text of its configuration: --config names a file that holds it"),
        var noted when config is null && !File.Exists(noted) => throw new IOException($"the server on {root} was started with --config={noted}, which is not there: --config names its configuration"),
        var file => Read(file),
    };

    private static ConfigurationDocuments Read(string path) => new(ConfigurationFiles.ReadFile(path, "--config"), AdminSecret: null) { ConfigName = path };
}
