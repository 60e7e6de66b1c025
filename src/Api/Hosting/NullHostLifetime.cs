namespace PyWharf.Api.Hosting;

/// <summary>
/// The web host's lifetime, which leaves signals to the command line: the host's own one takes every SIGTERM for itself, so that a second one
/// would end nothing.
/// </summary>
internal sealed class NullHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
