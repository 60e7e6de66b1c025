using PyWharf.Api.Observability;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Loads the configuration at the start of the server. A failed start leaves nothing behind: configuration and port are checked before anything is
/// created in the root folder.
/// </summary>
internal static class StartupConfiguration
{
    /// <summary>
    /// Opens the configured repositories. Returns the problem, or null on success; throws on disk and network errors.
    /// </summary>
    public static async Task<string?> TakeAsync(IServiceProvider services, ServerOptions options, ServerLines lines, CancellationToken cancellationToken)
    {
        var root = services.GetRequiredService<ServerRoot>();
        var kept = services.GetRequiredService<IConfigurationStore>();
        var repositories = services.GetRequiredService<IRepositories>();

        var given = ConfigurationFiles.Read(options);
        var documents = given ?? await ReadAsync(kept, cancellationToken) ?? options.IfUnconfigured;
        if (documents is not null && repositories.Check(documents) is { } wrong)
        {
            return wrong.Message;
        }

        ListenProbe.Check(options.Host, options.Port);
        root.Create();
        foreach (var open in RootPermissions.Narrow(root.Path))
        {
            lines.Warn($"warning: {open}");
        }

        try
        {
            // Taking the lock also repairs what a killed process left half done. Another process may have stored a configuration since.
            documents = await TakeAsync(kept, given, options.IfUnconfigured, cancellationToken);

            if (documents is not null && repositories.Open(documents).Failure is { } failure)
            {
                root.RemoveNew();

                return failure.Message;
            }
        }
        catch
        {
            root.RemoveNew();
            throw;
        }

        root.NoteInUse(documents);

        return null;
    }

    /// <summary>The stored configuration; null where there is none, or its database is away: the server takes it once it can be read.</summary>
    private static async Task<ConfigurationDocuments?> ReadAsync(IConfigurationStore kept, CancellationToken cancellationToken)
    {
        try
        {
            return await kept.ReadAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            return null; // the database has logged why
        }
    }

    private static async Task<ConfigurationDocuments?> TakeAsync(
        IConfigurationStore kept, ConfigurationDocuments? given, ConfigurationDocuments? ifUnconfigured, CancellationToken cancellationToken)
    {
        try
        {
            return await kept.ChangeAsync(
                async locked => given
                    ?? await locked.ReadAsync(cancellationToken)
                    ?? (ifUnconfigured is null ? null : await locked.KeepAsync(ifUnconfigured, cancellationToken)),
                cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            return given;
        }
    }
}
