using PyWharf.Api.Observability;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.State;

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
        var documents = given ?? await kept.ReadAsync(cancellationToken) ?? options.IfUnconfigured;
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
            documents = await kept.ChangeAsync(
                async locked => given
                    ?? await locked.ReadAsync(cancellationToken)
                    ?? (options.IfUnconfigured is { } first ? await locked.KeepAsync(first, cancellationToken) : null),
                cancellationToken);

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
}
