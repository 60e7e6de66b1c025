namespace PyWharf.Integration.Support.GitHub;

/// <summary>A request as it came in.</summary>
/// <param name="Origin">The host it was sent to.</param>
/// <param name="Method">GET, POST, …</param>
/// <param name="Path">The path of the request target, not decoded.</param>
/// <param name="Query">From the question mark on, not decoded; empty for none.</param>
/// <param name="Headers">The header fields by name in any case; of Authorization the scheme only.</param>
/// <param name="Token">The token it was sent with, when that is a known one.</param>
internal sealed record LoggedRequest(
    Origin Origin, string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, FakeToken? Token)
{
    public bool HasAuthorization => Headers.ContainsKey("Authorization");

    /// <summary>Whether it asks for a change.</summary>
    public bool Writes => Method is "POST" or "PUT" or "PATCH" or "DELETE";

    /// <summary>Bytes of the body that were read.</summary>
    public long BodyLength { get; internal set; }

    /// <summary>What the fake took it for; null for nothing it knows.</summary>
    public Route? Route { get; internal set; }

    /// <summary>The status answered; null while there is none, and where the connection was broken.</summary>
    public int? Status { get; internal set; }

    /// <summary>What went wrong by order of the test.</summary>
    public Fault? Fault { get; internal set; }

    public override string ToString() => $"{Method} {Origin} {Path}{Query} → {Status?.ToString() ?? "–"}{(Fault is null ? "" : $" ({Fault})")}";
}
