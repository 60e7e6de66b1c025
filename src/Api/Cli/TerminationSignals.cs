using System.Runtime.InteropServices;

namespace PyWharf.Api.Cli;

/// <summary>
/// Cancels a token on the first Ctrl-C or SIGTERM; a second one ends the process at once. Replaces the handler of System.CommandLine, which blocks
/// other handlers until the command has ended.
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

    /// <summary>The conventional exit code: 130 after Ctrl-C, 143 after SIGTERM.</summary>
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
            // Explicit exit: the default action of signals does not apply to process 1 of a container.
            Environment.Exit(exitCode);
        }

        ExitCode = exitCode;
        _source.Cancel();
    }
}
