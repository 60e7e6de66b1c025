namespace PyWharf.Api.Hosting;

internal static class UpdateIndexRun
{
    public static Task<int> RunAsync(UpdateIndexOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
}
