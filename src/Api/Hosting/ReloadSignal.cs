using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Receives SIGHUP, from the moment it is made: a server that is starting must not be ended by it. Signals that come together count once, and one that
/// comes while the configuration is read has it read once more.
/// </summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly PosixSignalRegistration _registration;

    public ReloadSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        _requests.Writer.TryWrite(true);
    });

    /// <summary>Waits for the next one.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _requests.Reader.ReadAsync(cancellationToken);

    public void Dispose() => _registration.Dispose();
}
