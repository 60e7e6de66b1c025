using MediatR;
using PyWharf.Application.Audit;

namespace PyWharf.Api.Hosting;

/// <summary>After the start, and as often as the audit log asks for: has it say which uploads a killed server has left undone.</summary>
internal sealed partial class InterruptedUploadsWorker(ISender sender, IInterruptedUploads uploads, TimeProvider time, ILogger<InterruptedUploadsWorker> logger) : BackgroundService
{
    // Before the server listens: later events are its own.
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReportAsync(stoppingToken);
            if (uploads.Interval is not { } interval)
            {
                return;
            }

            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start looks again, unless this stop is an orderly one.
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reported = await sender.Send(new ReportInterruptedUploads.Command(_startedAt), cancellationToken);
            if (reported is { Failure: null, Value: > 0 })
            {
                Log.Reported(logger, reported.Value);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.NotLooked(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A server had ended before {Count} uploads were done; the audit log names them, with the outcome unknown")]
        public static partial void Reported(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "Whether uploads were interrupted can't be found out: {Why}")]
        public static partial void NotLooked(ILogger logger, string why);
    }
}
