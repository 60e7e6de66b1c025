using System.Diagnostics;

namespace PyWharf.Integration.Support;

/// <summary>Real programs, with nothing of this process's environment but what they are given.</summary>
internal static class ChildProcess
{
    /// <summary>Long enough for the slowest machine: it only ends what hangs.</summary>
    public static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(3);

    public static ProcessStartInfo Describe(string program, IEnumerable<string> args, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="start">The program.</param>
    /// <param name="stdin">Its standard input.</param>
    /// <param name="limit">When it hangs, in place of <see cref="HangGuard"/>.</param>
    /// <exception cref="TimeoutException">It hung; the message holds what it had written.</exception>
    public static async Task<ProcessResult> RunAsync(ProcessStartInfo start, string stdin = "", TimeSpan? limit = null)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, stdin);

        using var hang = new CancellationTokenSource(limit ?? HangGuard);
        try
        {
            await process.WaitForExitAsync(hang.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} hung.\n{await stdout}\n{await stderr}");
        }

        return new ProcessResult(process.ExitCode, await stdout, await stderr);
    }

    private static async Task WriteAsync(Process process, string stdin)
    {
        try
        {
            await process.StandardInput.WriteAsync(stdin);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program need not read its input to the end.
        }
    }
}
