namespace PyWharf.Infrastructure.Doctor;

/// <summary>A check that needs a file of the index.</summary>
internal abstract class FileProbe(string name) : PageProbe(name)
{
    protected sealed override async Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken) =>
        deployment.Sample is { } sample ? await CheckAsync(deployment, sample, cancellationToken) : Skipped("needs a file that could be downloaded: see download");

    protected abstract Task<Finding> CheckAsync(Deployment deployment, SampleFile sample, CancellationToken cancellationToken);
}
