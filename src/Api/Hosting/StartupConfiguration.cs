using PyWharf.Application.Repositories;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Takes the configuration of a server that starts. A start that can't be leaves nothing behind: the configuration and the port are found good
/// before anything is made in the root folder.
/// </summary>
internal static class StartupConfiguration
{
    /// <summary>
    /// Opens the repositories, if any are configured. Returns what is wrong, null when nothing is; throws what the disk or the network says.
    /// </summary>
    public static async Task<string?> TakeAsync(IServiceProvider services, ServerOptions options, CancellationToken cancellationToken)
    {
        var root = services.GetRequiredService<ServerRoot>();
        var kept = services.GetRequiredService<KeptConfiguration>();
        var repositories = services.GetRequiredService<IRepositories>();

        var given = ConfigurationFiles.Read(options);
        var documents = given ?? await kept.ReadAsync(cancellationToken) ?? options.IfUnconfigured;
        if (documents is not null && repositories.Check(documents) is { } wrong)
        {
            return wrong.Message;
        }

        ListenProbe.Check(options.Host, options.Port);
        root.Create();
        foreach (var open in RootModes.Narrow(root.Path))
        {
            await Console.Error.WriteLineAsync($"pywharf: warning: {open}");
        }

        try
        {
            // Also undoes what a killed process left by half. Another one may have been faster since.
            using (var locked = await kept.LockAsync(cancellationToken))
            {
                documents = given ?? locked.Read() ?? (options.IfUnconfigured is { } first ? locked.Keep(first) : null);
            }

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

        root.NoteConfigurationPath(given is null ? null : File.Exists(options.Config) ? Path.GetFullPath(options.Config) : "");

        return null;
    }
}
