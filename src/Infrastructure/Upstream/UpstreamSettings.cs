namespace PyWharf.Infrastructure.Upstream;

/// <summary>How patient we are with an upstream index, and how long we believe it.</summary>
internal sealed record UpstreamSettings
{
    /// <summary>For a connection, name and TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one try, from the connection to the last byte.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For all tries together: less than the 15 s after which pip gives up, so that it is told why, or gets an older page.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>How often to try again.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first retry, about; the next one waits longer.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>If upstream asks for more patience than this, our client is told so instead of being kept waiting.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of an answer, as it is sent and once it is unpacked; of HTML, which is read as a whole before it is understood, a third of that.</summary>
    public int MaxAnswerBytes { get; init; } = 96 * 1024 * 1024;

    /// <summary>For how long a page is used without asking.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For how long a project is known not to exist.</summary>
    public TimeSpan FreshAbsence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long nothing is asked after a failure.</summary>
    public TimeSpan FreshFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same after there was no answer in time: finding that out again takes long.</summary>
    public TimeSpan FreshTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between the moment when upstream can't be reached and the first try after it; each further pause is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two tries, at most.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old an answer may be while there is no better one.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many projects are kept.</summary>
    public int MaxProjects { get; init; } = 1000;

    /// <summary>How many files those projects may have together; a file takes about 1.5 KB.</summary>
    public int MaxFiles { get; init; } = 100_000;
}
