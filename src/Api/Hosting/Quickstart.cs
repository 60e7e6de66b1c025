namespace PyWharf.Api.Hosting;

internal static class Quickstart
{
    public static Task<int> RunAsync(QuickstartOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
}
