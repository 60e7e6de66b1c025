using System.Threading.Channels;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Checks every second, and whenever it is told, whether another server has stored a configuration, and loads it. Each new problem is logged once; the
/// current configuration stays in use.
/// </summary>
internal sealed partial class ConfigurationWatcher(IRepositories repositories, IConfigurationStore kept, TimeProvider time, ILogger<ConfigurationWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastProblem = null;
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        kept.Changed += () => changes.Writer.TryWrite(true);
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(changes.Reader, stoppingToken);
            string? problem;
            try
            {
                await kept.RefreshAsync(stoppingToken);
                problem = (await repositories.FollowAsync(stoppingToken))?.Message;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                problem = exception.Message;
            }

            if (problem is not null && problem != lastProblem)
            {
                Log.Unusable(logger, problem);
            }

            lastProblem = problem;
        }
    }

    /// <summary>Waits for a change, for <see cref="Interval"/> at most.</summary>
    private async Task WaitAsync(ChannelReader<bool> changes, CancellationToken stoppingToken)
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var timer = time.CreateTimer(_ => due.Cancel(), null, Interval, Timeout.InfiniteTimeSpan);
        try
        {
            await changes.ReadAsync(due.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody told: look nevertheless.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The stored configuration can't be used: {Cause}")]
        public static partial void Unusable(ILogger logger, string cause);
    }
}
