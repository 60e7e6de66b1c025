namespace PyWharf.Api.Bodies;

/// <summary>
/// The bodies under way whose senders are unknown: a bounded number. One more makes the oldest give way, so that who holds them open keeps
/// nobody out: a login is there within milliseconds.
/// </summary>
internal sealed class StrangersBodies
{
    /// <summary>More than a team's logins of one moment; each costs a connection and at most what its route allows in memory.</summary>
    public const int Most = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<RequestBody> _bodies = [];

    /// <summary>Adds the newest.</summary>
    public void Add(RequestBody body)
    {
        lock (_lock)
        {
            _bodies.AddLast(body);
            if (_bodies.Count > Most && _bodies.First is { } oldest)
            {
                _bodies.Remove(oldest);
                oldest.Value.GiveWay();
            }
        }
    }

    /// <summary>Removes one that is known now, or over; it gives way to nobody any more.</summary>
    public void Remove(RequestBody body)
    {
        lock (_lock)
        {
            _bodies.Remove(body);
        }
    }
}
