using MediatR;
using PyWharf.Application.Audit;

namespace PyWharf.Api.Hosting;

/// <summary>Has wrong credentials written to the audit log, away from the requests that brought them.</summary>
internal sealed class LoginFailuresWorker(ISender sender, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await sender.Send(new RecordLoginFailures.Command(IsLast: true), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await sender.Send(new RecordLoginFailures.Command(IsLast: false), stoppingToken);
        }
    }
}
