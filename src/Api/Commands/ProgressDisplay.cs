using System.Globalization;
using PyWharf.Application.Ports;
using Spectre.Console;

namespace PyWharf.Api.Commands;

/// <summary>
/// Shows on standard error how far a command is: a bar on a terminal; elsewhere a line for every tenth of the work, and none where the work is small.
/// </summary>
internal static class ProgressDisplay
{
    /// <summary>Below this, work is done before anybody reads how far it is.</summary>
    private const int SmallWork = 100;

    private const int ItemsPerLine = 1_000;

    /// <summary>Runs the work, and shows what it reports.</summary>
    /// <param name="action">What is done, such as <c>Verifying</c>; text of this program only.</param>
    /// <param name="items">What is counted, such as <c>files</c>.</param>
    /// <param name="work">Does it.</param>
    public static async Task<T> RunAsync<T>(string action, string items, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        if (!IsTerminal)
        {
            return await work(new ProgressLines(Console.Error, items));
        }

        // Not Console.Error, which escapes what draws the bar.
        await using var terminal = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal) });

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(action, maxValue: SmallWork);
                task.IsIndeterminate = true;

                return work(new ProgressBar(task, action, items));
            });
    }

    private static bool IsTerminal =>
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static string Text(WorkProgress progress, string items) => progress.Total == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{progress.Done} {items}")
        : string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} {items}");

    private sealed class ProgressBar(ProgressTask task, string action, string items) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            task.Description = $"{action}: {Text(value, items)}";
            task.IsIndeterminate = value.Total == 0;
            if (value.Total > 0)
            {
                task.MaxValue = value.Total;
                task.Value = value.Done;
            }
        }
    }

    /// <summary>Reports may come from several threads.</summary>
    internal sealed class ProgressLines(TextWriter output, string items) : IProgress<WorkProgress>
    {
        private readonly Lock _gate = new();
        private long _written;

        public void Report(WorkProgress value)
        {
            var step = value.Total == 0 ? ItemsPerLine : Math.Max(1, value.Total / 10);
            lock (_gate)
            {
                if (value.Total is > 0 and < SmallWork || value.Done / step <= _written / step)
                {
                    return;
                }

                _written = value.Done;
                output.WriteLine(Text(value, items));
            }
        }
    }
}
