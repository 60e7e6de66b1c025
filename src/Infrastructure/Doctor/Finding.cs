namespace PyWharf.Infrastructure.Doctor;

/// <summary>The result of a check.</summary>
/// <param name="Name">The name of the check.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Message">What was seen and why it matters. May quote the deployment's answers.</param>
public sealed record Finding(string Name, CheckStatus Status, string Message)
{
    /// <summary>The clients that the problem concerns.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>The change of the proxy's configuration that solves the problem; null if there is no problem, or the proxy can't solve it.</summary>
    public Remedy? Remedy { get; init; }
}
