using System.Runtime.InteropServices;

namespace PyWharf.Api.Cli;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancelled token; a second one ends the process at once. System.CommandLine could do it too,
/// but its handler blocks all others until the command ended (seen: the web host never heard of SIGTERM).
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public TerminationSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>What a shell expects of a program that a signal ended: 130 after Ctrl-C, 143 after SIGTERM.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        var exitCode = context.Signal == PosixSignal.SIGINT ? 130 : 143;
        if (_source.IsCancellationRequested)
        {
            // Not left to the system, which does nothing of its own accord to the first process of a container.
            Environment.Exit(exitCode);
        }

        ExitCode = exitCode;
        _source.Cancel();
    }
}
