namespace PyWharf.Infrastructure.Backends;

/// <summary>How long it is believed what a remote storage said of a secret.</summary>
/// <param name="Read">That it may read.</param>
/// <param name="Write">That it may write.</param>
public sealed record AuthenticationLifetimes(TimeSpan Read, TimeSpan Write);
