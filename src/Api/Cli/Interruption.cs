using System.Runtime.InteropServices;

namespace PyWharf.Api.Cli;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancelled token; a second one ends the process. System.CommandLine could do it too,
/// but its handler blocks all others until the command ended (seen: the web host never heard of SIGTERM).
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
    ];

    public CancellationToken Token => _source.Token;

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
        context.Cancel |= !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
