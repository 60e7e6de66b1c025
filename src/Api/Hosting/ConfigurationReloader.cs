using MediatR;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;

namespace PyWharf.Api.Hosting;

/// <summary>Has the configuration read again on each <see cref="ReloadSignal"/>, by all servers on the same database, and logs what became of it.</summary>
internal sealed partial class ConfigurationReloader(ISender sender, ReloadSignal reloads, IConfigurationStore kept, ServerOptions options, SystemdNotifications systemd, ILogger<ConfigurationReloader> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        kept.ReloadRequested += reloads.Request;
        while (true)
        {
            if (await reloads.WaitAsync(stoppingToken))
            {
                await kept.RequestReloadAsync(stoppingToken);
            }

            systemd.Reloading();
            var problem = await ReloadAsync(stoppingToken);
            systemd.Ready(problem is null ? "The configuration was read again, and is in use" : "The configuration was read again and can't be used: see the log");
            if (problem is not null)
            {
                Log.Unusable(logger, problem);
            }
            else if (options.Config is { } text && !File.Exists(text))
            {
                Log.ReadSecrets(logger);
            }
            else
            {
                Log.Reloaded(logger, options.Config ?? (options.Database is null ? options.Root : kept.Place));
            }
        }
    }

    private async Task<string?> ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await sender.Send(new ReloadConfiguration.Command(), cancellationToken)).Failure?.Message;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The configuration was read again and can't be used, so the one in use stays: {Cause}")]
        public static partial void Unusable(ILogger logger, string cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "The configuration was read again from {Source}, and is in use.")]
        public static partial void Reloaded(ILogger logger, string source);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The configuration was given as text by --config, so there is nothing to read again but the files that hold secrets. They were read.")]
        public static partial void ReadSecrets(ILogger logger);
    }
}
