using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Receives SIGHUP, from the moment it is made: a server that is starting must not be ended by it. Signals that come together count once, and one that
/// comes while the configuration is read has it read once more. Other servers may ask for the same.
/// </summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _isSignal;
    private readonly PosixSignalRegistration _registration;

    public ReloadSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        Volatile.Write(ref _isSignal, true);
        _requests.Writer.TryWrite(true);
    });

    /// <summary>Asks for the same, for another server.</summary>
    public void Request() => _requests.Writer.TryWrite(true);

    /// <summary>Waits for the next one. Whether it is a signal to this server, which others are to be told of.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await _requests.Reader.ReadAsync(cancellationToken);

        return Interlocked.Exchange(ref _isSignal, false);
    }

    public void Dispose() => _registration.Dispose();
}
