namespace PyWharf.Api.Bodies;

/// <summary>
/// The request bodies being received from unauthenticated clients: a bounded number. A new one evicts the oldest, so that clients which hold
/// bodies open lock nobody out; a login takes milliseconds.
/// </summary>
internal sealed class UntrustedBodies
{
    /// <summary>More than simultaneous logins of a team; each costs a connection and at most what its route allows in memory.</summary>
    public const int MaxBodies = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<RequestBody> _bodies = [];

    /// <summary>Adds a body, and aborts the oldest one if there are too many.</summary>
    public void Add(RequestBody body)
    {
        lock (_lock)
        {
            _bodies.AddLast(body);
            if (_bodies.Count > MaxBodies && _bodies.First is { } oldest)
            {
                _bodies.Remove(oldest);
                oldest.Value.Evict();
            }
        }
    }

    /// <summary>Removes a body that is complete or whose sender is trusted now: it can't be evicted any more.</summary>
    public void Remove(RequestBody body)
    {
        lock (_lock)
        {
            _bodies.Remove(body);
        }
    }
}
