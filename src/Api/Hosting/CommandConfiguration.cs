using PyWharf.Application.Ports;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Hosting;

/// <summary>The configuration that a command goes by which works on a server's root folder: the server's own, unless another one is named.</summary>
internal static class CommandConfiguration
{
    /// <summary>
    /// Finds it; null where nothing says which it is. Throws <see cref="IOException"/> with a sentence where it is known, but can't be had.
    /// </summary>
    /// <param name="root">The server's root folder.</param>
    /// <param name="config">The file that the command line names; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ConfigurationDocuments?> FindAsync(string root, string? config, CancellationToken cancellationToken)
    {
        if (config is not null)
        {
            return Read(config);
        }

        var serverRoot = new ServerRoot(root);

        return serverRoot.ReadConfigurationPath() switch
        {
            null => await new KeptConfiguration(serverRoot, TimeProvider.System).ReadAsync(cancellationToken),
            "" => throw new IOException($"the server on {root} was given the text of its configuration: --config names a file that holds it"),
            var noted when !File.Exists(noted) => throw new IOException($"the server on {root} was started with --config={noted}, which is not there: --config names its configuration"),
            var noted => Read(noted),
        };
    }

    private static ConfigurationDocuments Read(string path) => new(ConfigurationFiles.ReadFile(path, "--config"), AdminSecret: null) { ConfigName = path };
}
