using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Hosting;

/// <summary>The files or texts of the command line; without them, the files that are stored in the root folder.</summary>
internal sealed class ConfigurationReader(ServerOptions options, IConfigurationStore kept) : IConfigurationReader
{
    /// <inheritdoc/>
    public async Task<Outcome<ConfigurationDocuments>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (ConfigurationFiles.Read(options) ?? await kept.ReadAsync(cancellationToken)) is { } documents
                ? documents
                : new Failure(FailureKind.Invalid, options.Database is null
                    ? $"there is no config.toml in {options.Root}, and the server was started without --config"
                    : "no configuration is stored in the database, and the server was started without --config");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Invalid, exception.Message);
        }
    }
}
