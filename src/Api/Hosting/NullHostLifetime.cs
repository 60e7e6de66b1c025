namespace PyWharf.Api.Hosting;

/// <summary>
/// A host lifetime without signal handling: the server stops by a cancellation token, which the command line cancels on SIGINT and SIGTERM. The
/// default lifetime would swallow a second SIGTERM.
/// </summary>
internal sealed class NullHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
