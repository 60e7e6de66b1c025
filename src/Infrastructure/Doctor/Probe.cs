namespace PyWharf.Infrastructure.Doctor;

/// <summary>One check of a deployment.</summary>
internal abstract class Probe(string name)
{
    public string Name => name;

    /// <summary>Whether all later checks are pointless if this one does not end well.</summary>
    public virtual bool IsVital => false;

    /// <summary>Runs the check. Network errors are exceptions, which <see cref="Checkup"/> turns into findings.</summary>
    public abstract Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken);

    public Finding Skipped(string message) => new(Name, CheckStatus.Skipped, message);

    public Finding Failed(string message, string[] clients, Remedy? remedy = null) =>
        new(Name, CheckStatus.Failed, message) { Clients = clients, Remedy = remedy };

    protected Finding Ok(string message) => new(Name, CheckStatus.Ok, message);

    protected Finding Warning(string message, string[] clients, Remedy? remedy = null) =>
        new(Name, CheckStatus.Warning, message) { Clients = clients, Remedy = remedy };
}
