using PyWharf.Application.Repositories;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Checks every second whether another server on the root folder has stored a configuration, and loads it. Each new problem is logged once; the
/// current configuration stays in use.
/// </summary>
internal sealed partial class ConfigurationWatcher(IRepositories repositories, TimeProvider time, ILogger<ConfigurationWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastProblem = null;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            string? problem;
            try
            {
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The configuration in the root folder can't be used: {Cause}")]
        public static partial void Unusable(ILogger logger, string cause);
    }
}
