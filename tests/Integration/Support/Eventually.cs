using System.Runtime.CompilerServices;

namespace PyWharf.Integration.Support;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again, until the condition holds or the time is over; then the test fails.</summary>
    public static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(within);
        using var timer = new PeriodicTimer(Between);
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Not within {within.TotalSeconds} s: {what}");
            }
        }
    }

    /// <summary>The same, for as long as anything may take.</summary>
    public static Task HoldsAsync(string what, Func<bool> condition) =>
        HoldsAsync(what, ChildProcess.HangGuard, () => Task.FromResult(condition()));

    /// <summary>The same for a condition that says by itself what it waits for.</summary>
    public static Task HoldsAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(what, within ?? ChildProcess.HangGuard, condition);
}
