namespace PyWharf.Infrastructure.Upstream;

/// <summary>Timeouts, retries, cache lifetimes and limits for an upstream index.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>For connecting, name resolution and TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one attempt, from connecting to the last byte.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For all attempts together: less than pip's timeout of 15 s, so that pip gets the error, or a stale page.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>The maximum number of retries.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first retry, with jitter; later ones wait longer.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A longer Retry-After of upstream is passed on to the client instead of being waited for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of an answer, as it is sent and once it is unpacked; of HTML, which is read as a whole before it is understood, a third of that.</summary>
    public int MaxAnswerBytes { get; init; } = 96 * 1024 * 1024;

    /// <summary>For how long a page is used without revalidation, unless upstream names a shorter time.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For how long a page is used without revalidation however short a time upstream names.</summary>
    public TimeSpan FreshAtLeast { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For how long a 404 is cached.</summary>
    public TimeSpan FreshAbsence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a failure is cached, unless upstream names a longer time; up to <see cref="FreshTimeout"/>.</summary>
    public TimeSpan FreshFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long a timeout is cached, as another attempt takes long.</summary>
    public TimeSpan FreshTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between the opening of the circuit and the first probe; each further pause is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two probes.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a page may be that is served while upstream fails.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks the addresses of links and redirects to other hosts, which are followed without credentials; null where they are not followed.</summary>
    public AddressGuard? Guard { get; init; }

    /// <summary>How large a file may be that goes through this server.</summary>
    public long MaxFileBytes { get; init; } = 20L * 1024 * 1024 * 1024;

    /// <summary>The maximum number of cached projects.</summary>
    public int MaxProjects { get; init; } = 1000;

    /// <summary>The maximum number of files on cached pages; a file takes about 1.5 KB.</summary>
    public int MaxFiles { get; init; } = 100_000;

    /// <summary>Whether clients get files from this server.</summary>
    public bool IsCached { get; init; }

    /// <summary>How an operator keeps the server from asking, for messages.</summary>
    public string OffSwitch { get; init; } = "--extra_index_url=";

    /// <summary>For how long a page is used without revalidation.</summary>
    /// <param name="maxAge">The time that upstream names; null if it names none.</param>
    public TimeSpan FreshFor(TimeSpan? maxAge) => maxAge is { } age && age < Fresh ? (age > FreshAtLeast ? age : FreshAtLeast) : Fresh;
}
