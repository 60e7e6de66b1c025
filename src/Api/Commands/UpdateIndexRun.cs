using MediatR;
using Microsoft.Extensions.Logging.Console;
using PyWharf.Application;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.Backends.FileSystem;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command update_index without a server.</summary>
internal static class UpdateIndexRun
{
    /// <summary>Returns 0 once the index is rebuilt; on failure 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(UpdateIndexOptions options, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(options.Name, out var name, out var problem))
        {
            return await CommandFailure.WriteAsync(new Failure(FailureKind.Invalid, problem));
        }

        await using var services = new ServiceCollection()
            // Without warnings that concern servers only, such as empty secrets.
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter(typeof(FileSystemBackendType).Namespace, LogLevel.Error)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.ColorBehavior = LoggerColorBehavior.Disabled;
                }))
            .Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddMetrics()
            .AddApplication()
            .AddInfrastructure(options.Root, upstream: null, database: options.Database)
            .BuildServiceProvider();

        var configuration = await FindAsync(services.GetRequiredService<IConfigurationStore>(), options, cancellationToken);
        var outcome = await ProgressDisplay.RunAsync("Reading what is published", "projects", progress => services.GetRequiredService<ISender>().Send(
            new UpdateIndex.Command(
                new BackendAddress(options.Type, name, options.Root, options.BackendKeys, configuration),
                options.Secret is null ? null : new Secret(options.Secret),
                progress),
            cancellationToken));

        if (outcome.Failure is { } failure)
        {
            return await CommandFailure.WriteAsync(failure);
        }

        var report = outcome.Value;
        await Console.Out.WriteLineAsync(
            $"{name}: {report.Files} files published; the index had {report.Published} of them to add or correct and {report.Removed} to remove.");

        return 0;
    }

    /// <summary>The server's configuration; null if it can't be read, but the flags have what is needed.</summary>
    private static async Task<ConfigurationDocuments?> FindAsync(IConfigurationStore kept, UpdateIndexOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await CommandConfiguration.FindAsync(kept, options.Root, options.Config, cancellationToken);
        }
        catch (Exception exception) when (options.Config is null && options.BackendKeys.Count > 0 && exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
