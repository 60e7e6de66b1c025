namespace PyWharf.Infrastructure.Doctor;

/// <summary>A check that needs to read index pages.</summary>
internal abstract class PageProbe(string name) : Probe(name)
{
    public sealed override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken) =>
        deployment.IsReadable ? await CheckAsync(deployment, cancellationToken)
        : Skipped(deployment.Password is null ? "needs --user and --password_env" : "needs credentials that are accepted: see authorization");

    protected abstract Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken);
}
