using MediatR;
using Microsoft.Extensions.Logging.Console;
using PyWharf.Application;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.Backends.FileSystem;

namespace PyWharf.Api.Hosting;

/// <summary>Runs the command update_index without a server.</summary>
internal static class UpdateIndexRun
{
    /// <summary>Returns 0 once the index is rebuilt; on failure 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(UpdateIndexOptions options, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(options.Name, out var name, out var problem))
        {
            return await FailAsync(problem);
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
            .AddInfrastructure(options.Root, upstream: null)
            .BuildServiceProvider();

        var configuration = await FindAsync(options, cancellationToken);
        var outcome = await services.GetRequiredService<ISender>().Send(
            new UpdateIndex.Command(
                new BackendAddress(options.Type, name, options.Root, options.BackendKeys, configuration),
                options.Secret is null ? null : new Secret(options.Secret),
                new ProgressLines()),
            cancellationToken);

        if (outcome.Failure is { } failure)
        {
            return await FailAsync(failure.Message);
        }

        var report = outcome.Value;
        await Console.Out.WriteLineAsync(
            $"{name}: {report.Files} files published; the index had {report.Published} of them to add or correct and {report.Removed} to remove.");

        return 0;
    }

    /// <summary>The server's configuration; null if it can't be read, but the flags have what is needed.</summary>
    private static async Task<ConfigurationDocuments?> FindAsync(UpdateIndexOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await CommandConfiguration.FindAsync(options.Root, options.Config, cancellationToken);
        }
        catch (Exception exception) when (options.Config is null && options.BackendKeys.Count > 0 && exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<int> FailAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"pywharf: {problem}");

        return 1;
    }

    /// <summary>Prints a line for every tenth of the work, except for small repositories.</summary>
    private sealed class ProgressLines : IProgress<RebuildProgress>
    {
        private const int FilesPerLine = 1_000;

        private int _tenths;
        private long _files;

        public void Report(RebuildProgress value)
        {
            if (value.TotalProjects == 0 && value.Files >= _files + FilesPerLine)
            {
                _files = value.Files;
                Console.Error.WriteLine($"{value.Files} files");
            }

            var tenths = value.Projects * 10 / Math.Max(1, value.TotalProjects);
            if (tenths > _tenths && value.TotalProjects >= 100)
            {
                _tenths = tenths;
                Console.Error.WriteLine($"{value.Projects} of {value.TotalProjects} projects, {value.Files} files");
            }
        }
    }
}
