namespace PyWharf.Infrastructure.Importing;

/// <summary>Timeouts, retries and limits for an index that is imported.</summary>
internal sealed record IndexOptions
{
    /// <summary>For connecting, name resolution and TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the headers of a response. Indexes that make a page on demand may take long.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the next bytes of a body.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of retries.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>Before the first retry, with jitter; later ones wait longer.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that an index may ask for with Retry-After.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Of a page, as it is sent and once it is unpacked; of HTML, which is read as a whole, a third of that.</summary>
    public int MaxPageBytes { get; init; } = 96 * 1024 * 1024;

    /// <summary>How deep folders are read in the listings of a web server.</summary>
    public int MaxDepth { get; init; } = 8;
}
