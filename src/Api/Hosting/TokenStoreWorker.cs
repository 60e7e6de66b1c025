using PyWharf.Application.Access;

namespace PyWharf.Api.Hosting;

/// <summary>Every second: reads which tokens other processes made and revoked, and writes which were used.</summary>
internal sealed class TokenStoreWorker(ITokenStore tokens, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await tokens.RefreshAsync(stoppingToken);
        }
    }
}
