using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Why the last request to upstream failed.</summary>
/// <param name="Failure">For clients.</param>
/// <param name="IsOffline">Whether no connection could be made, so that no request would be answered.</param>
internal sealed record UpstreamTrouble(Failure Failure, bool IsOffline);
