using PyWharf.Api.Hosting;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Commands;

/// <summary>Finds the configuration for commands that work on a server's root folder: the server's own, unless a file is named.</summary>
internal static class CommandConfiguration
{
    /// <summary>
    /// Finds and reads the configuration; null if there is none. Throws <see cref="IOException"/> with a message for the user if it can't be read.
    /// </summary>
    /// <param name="root">The server's root folder.</param>
    /// <param name="config">The file named on the command line; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ConfigurationDocuments?> FindAsync(string root, string? config, CancellationToken cancellationToken)
    {
        if (config is not null)
        {
            return Read(config);
        }

        var serverRoot = new ServerRoot(root);

        return serverRoot.ReadConfigurationPath() switch
        {
            null => await new ConfigurationStore(serverRoot, TimeProvider.System).ReadAsync(cancellationToken),
            "" => throw new IOException($"the server on {root} was given the text of its configuration: --config names a file that holds it"),
            var noted when !File.Exists(noted) => throw new IOException($"the server on {root} was started with --config={noted}, which is not there: --config names its configuration"),
            var noted => Read(noted),
        };
    }

    /// <summary>The configuration with the admin secrets of a file; as it is if none is named. Throws like <see cref="FindAsync"/>.</summary>
    public static ConfigurationDocuments WithAdminSecret(ConfigurationDocuments documents, string? path) => path is null
        ? documents
        : documents with { AdminSecret = ConfigurationFiles.ReadFile(path, "--admin_secret"), AdminSecretName = path };

    private static ConfigurationDocuments Read(string path) => new(ConfigurationFiles.ReadFile(path, "--config"), AdminSecret: null) { ConfigName = path };
}
