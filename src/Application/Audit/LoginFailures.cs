using System.Net;
using PyWharf.Application.Access;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>
/// Wrong credentials, counted against their address, and on their way to the audit log: for each address and repository one line a minute, which counts them. What was shown is not kept.
/// Bounded memory; beyond that, all other addresses share a line. Safe for concurrent use.
/// </summary>
internal sealed class LoginFailures(IAuditLog log, LoginThrottle throttle, TimeProvider time)
{
    private const int MostEntries = 10_000;

    // So that a burst is one line.
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // A wall clock that is set back would keep lines back for as long as it was ahead.
    private readonly long _start = time.GetTimestamp();

    private readonly Lock _lock = new();
    private readonly Dictionary<(ClientAddress From, RepositoryName? Repository), Entry> _entries = [];

    // Looked at each second.
    private volatile bool _isEmpty = true;

    /// <summary>A request brought a wrong credential.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="named">The name of the repository that it was for; null where none was named.</param>
    /// <param name="repository">That repository; null if there is no such one.</param>
    public void Add(Credential credential, RepositoryName? named, RepositoryName? repository)
    {
        throttle.Failed(credential.From, named);

        // A command on this machine is nobody who tries to get in.
        if (credential.RequestId is null)
        {
            return;
        }

        Instruments.CountLoginFailure(repository);
        lock (_lock)
        {
            var isFull = _entries.Count >= MostEntries && !_entries.ContainsKey((credential.From, repository));
            var key = isFull ? default : (credential.From, repository);
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry { DueAt = time.GetElapsedTime(_start) + FirstDelay };
            }

            entry.Count++;
            (entry.Address, entry.RequestId) = isFull ? default : (credential.Address, credential.RequestId);
            _isEmpty = false;
        }
    }

    /// <summary>Writes the lines that are due. A line that can't be written is lost.</summary>
    /// <param name="all">Writes the others too, before the server ends.</param>
    public async Task WriteAsync(bool all)
    {
        if (_isEmpty)
        {
            return;
        }

        var events = Take(all);
        if (events.Count > 0)
        {
            await log.AppendAsync(events);
        }
    }

    private List<AuditEvent> Take(bool all)
    {
        var events = new List<AuditEvent>();
        var now = time.GetElapsedTime(_start);
        lock (_lock)
        {
            foreach (var (key, entry) in _entries)
            {
                if (!all && now < entry.DueAt)
                {
                    continue;
                }

                if (entry.Count == 0)
                {
                    _entries.Remove(key);
                    continue;
                }

                events.Add(new AuditEvent(AuditEventKind.LoginFailed, AuditOutcome.Refused) { Repository = key.Repository, Count = entry.Count }
                    .SentFrom(entry.Address, entry.RequestId));
                (entry.Count, entry.DueAt) = (0, now + Interval);
            }

            _isEmpty = _entries.Count == 0;
        }

        return events;
    }

    private sealed class Entry
    {
        public TimeSpan DueAt { get; set; }

        public int Count { get; set; }

        // Those of the last one: IPv6 addresses of one network are one client.
        public IPAddress? Address { get; set; }

        public string? RequestId { get; set; }
    }
}
