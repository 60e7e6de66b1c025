namespace PyWharf.Api.Hosting;

internal static class ServerHost
{
    public static Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
}
