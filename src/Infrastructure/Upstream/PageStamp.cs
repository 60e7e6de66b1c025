namespace PyWharf.Infrastructure.Upstream;

/// <summary>Tells a stored page from a later one, without reading it whole.</summary>
/// <param name="Digest">The digest at its beginning, which need not be right.</param>
/// <param name="ConfirmedAt">When upstream last sent it, or said that it has not changed.</param>
internal sealed record PageStamp(string Digest, DateTimeOffset ConfirmedAt);
