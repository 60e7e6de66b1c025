using PyWharf.Application.Sessions;

namespace PyWharf.Api.Hosting;

/// <summary>Removes expired sessions, every minute.</summary>
internal sealed class SessionStoreWorker(ISessionStore sessions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await sessions.RemoveExpiredAsync(stoppingToken);
        }
    }
}
