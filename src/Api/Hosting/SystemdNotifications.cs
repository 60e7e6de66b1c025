using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Tells systemd how the server is (https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html), where it runs with <c>Type=notify</c> or
/// <c>notify-reload</c>; with <c>WatchdogSec=</c>, also that it has not hung. Elsewhere it does nothing.
/// </summary>
internal sealed class SystemdNotifications(ISystemdNotifier notifier, TimeProvider time) : BackgroundService
{
    /// <summary>The server listens, or has read its configuration again.</summary>
    /// <param name="status">What <c>systemctl status</c> shows.</param>
    public void Ready(string status) => Notify($"READY=1\nSTATUS={status}");

    /// <summary>The server reads its configuration again; <see cref="Ready"/> follows.</summary>
    public void Reloading() => Notify(string.Create(
        CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={time.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond}"));

    /// <summary>The server ends.</summary>
    public void Stopping() => Notify("STOPPING=1\nSTATUS=Finishing the requests under way");

    /// <summary>Reports twice in each interval of the watchdog. It runs where requests do, on the thread pool: if that hangs, no report is sent.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifier.IsEnabled || WatchdogInterval() is not { } interval)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval / 2, time);
        try
        {
            do
            {
                Notify("WATCHDOG=1");
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>The interval of <c>WatchdogSec=</c>; null if there is none, or it is meant for another process.</summary>
    private static TimeSpan? WatchdogInterval() =>
        Environment.GetEnvironmentVariable("WATCHDOG_PID") is { } pid && pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) ? null
        : long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 1
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private void Notify(string state)
    {
        if (notifier.IsEnabled)
        {
            notifier.Notify(new ServiceState(state));
        }
    }
}
