using MediatR;
using PyWharf.Application.Audit;

namespace PyWharf.Api.Hosting;

/// <summary>After the start: has the audit log say which uploads a killed server has left undone.</summary>
internal sealed partial class InterruptedUploadsWorker(ISender sender, TimeProvider time, ILogger<InterruptedUploadsWorker> logger) : BackgroundService
{
    // Before the server listens: later events are its own.
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var reported = await sender.Send(new ReportInterruptedUploads.Command(_startedAt), stoppingToken);
            if (reported is { Failure: null, Value: > 0 })
            {
                Log.Reported(logger, reported.Value);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start looks again, unless this stop is an orderly one.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The server had ended before {Count} uploads were done; the audit log names them, with the outcome unknown")]
        public static partial void Reported(ILogger logger, int count);
    }
}
