using System.Diagnostics;
using System.Diagnostics.Metrics;
using PyWharf.Domain;

namespace PyWharf.Application.Telemetry;

/// <summary>
/// What pywharf counts and traces. Without a listener an instrument costs nanoseconds. No tag has a value that a client chooses: repositories are those
/// of the configuration, outcomes and operations are words of this program.
/// </summary>
public static class Instruments
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "PyWharf";

    private const string RepositoryTag = "repository";
    private const string OutcomeTag = "outcome";

    /// <summary>The outcome of what succeeded.</summary>
    public const string Ok = "ok";

    /// <summary>The outcome of an upload whose file is new.</summary>
    public const string Published = "published";

    /// <summary>The outcome of an upload whose file was there already.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>The outcome of an upload that its client, or a disk, broke off.</summary>
    public const string Aborted = "aborted";

    /// <summary>The outcome of what ended in an exception that nothing handles: a fault of this program.</summary>
    public const string UnhandledException = "exception";

    /// <summary>The cache of upstream's pages.</summary>
    public const string UpstreamCache = "upstream";

    /// <summary>The cache of upstream's files and metadata documents.</summary>
    public const string UpstreamFilesCache = "upstream_files";

    /// <summary>The cache of files from GitHub.</summary>
    public const string GitHubCache = "github";

    /// <summary>The cache of files from object storages.</summary>
    public const string S3Cache = "s3";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Uploads = Meter.CreateCounter<long>(
        "pywharf.uploads", description: "Uploads by what became of them: published, unchanged (the same bytes were there), or why they were refused");

    private static readonly Counter<long> UploadBytes = Meter.CreateCounter<long>("pywharf.upload", "By", "Bytes of the files that were published");

    private static readonly Counter<long> DownloadBytes = Meter.CreateCounter<long>("pywharf.download", "By", "Bytes of files that clients were sent");

    private static readonly Counter<long> BackendRequests = Meter.CreateCounter<long>(
        "pywharf.backend.requests", description: "What the storage of a repository was asked to do");

    private static readonly Counter<long> BackendRetries = Meter.CreateCounter<long>(
        "pywharf.backend.retries", description: "Requests to remote storages that were sent again after a transient error");

    private static readonly Counter<long> UpstreamRequests = Meter.CreateCounter<long>(
        "pywharf.upstream.requests", description: "Requests to the upstream index");

    private static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("pywharf.cache.hits", description: "What a cache had");

    private static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>("pywharf.cache.misses", description: "What a cache had to fetch");

    private static readonly Counter<long> LoginFailures = Meter.CreateCounter<long>(
        "pywharf.login.failures", description: "Requests with wrong credentials; those without any do not count");

    /// <summary>The spans of use cases and of storages.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Begins the counters at zero: the rate of a counter that appears with its first event does not show that event.</summary>
    /// <param name="repositories">The repositories that the server has.</param>
    public static void Begin(IEnumerable<RepositoryName> repositories)
    {
        foreach (var repository in repositories.Select(name => Tag(RepositoryTag, name.ToString())))
        {
            foreach (var outcome in (string[])[Published, Unchanged, Aborted, UnhandledException, .. Enum.GetValues<FailureKind>().Select(kind => OutcomeOf(new Failure(kind, "")))])
            {
                Uploads.Add(0, repository, Tag(OutcomeTag, outcome));
            }

            DownloadBytes.Add(0, repository);
            LoginFailures.Add(0, repository);
        }

        UploadBytes.Add(0);
        BackendRetries.Add(0);
        UpstreamRequests.Add(0, Tag(OutcomeTag, Ok));
        foreach (var cache in (string[])[UpstreamCache, UpstreamFilesCache, GitHubCache, S3Cache])
        {
            CacheHits.Add(0, Tag("cache", cache));
            CacheMisses.Add(0, Tag("cache", cache));
        }
    }

    /// <summary>An upload came to its end.</summary>
    /// <param name="repository">Its repository; null if there is no such one.</param>
    /// <param name="outcome"><see cref="Published"/>, <see cref="Unchanged"/>, <see cref="Aborted"/>, <see cref="UnhandledException"/>, or the <see cref="OutcomeOf"/> its failure.</param>
    /// <param name="publishedBytes">The size of the file, if it was published; otherwise 0.</param>
    public static void CountUpload(RepositoryName? repository, string outcome, long publishedBytes)
    {
        Uploads.Add(1, Tag(RepositoryTag, repository?.ToString() ?? ""), Tag(OutcomeTag, outcome));
        UploadBytes.Add(publishedBytes);
    }

    /// <summary>A client was sent so many bytes of a file.</summary>
    public static void CountDownload(RepositoryName repository, long bytes) => DownloadBytes.Add(bytes, Tag(RepositoryTag, repository.ToString()));

    /// <summary>A storage did, or failed to do, what it was asked for.</summary>
    public static void CountBackendRequest(RepositoryName repository, string operation, string outcome) =>
        BackendRequests.Add(1, Tag(RepositoryTag, repository.ToString()), Tag("operation", operation), Tag(OutcomeTag, outcome));

    /// <summary>A request to a remote storage is sent again.</summary>
    public static void CountBackendRetry() => BackendRetries.Add(1);

    /// <summary>The upstream index answered, or failed to.</summary>
    public static void CountUpstreamRequest(string outcome) => UpstreamRequests.Add(1, Tag(OutcomeTag, outcome));

    /// <summary>A cache was asked.</summary>
    /// <param name="cache">Its name.</param>
    /// <param name="isHit">Whether it had what was asked for.</param>
    public static void CountCacheUse(string cache, bool isHit) => (isHit ? CacheHits : CacheMisses).Add(1, Tag("cache", cache));

    /// <summary>A wrong credential was shown.</summary>
    /// <param name="repository">The repository that it was for; null if there is no such one.</param>
    public static void CountLoginFailure(RepositoryName? repository) => LoginFailures.Add(1, Tag(RepositoryTag, repository?.ToString() ?? ""));

    /// <summary>The word for an outcome: <see cref="Ok"/>, or the failure's kind, such as <c>out_of_space</c>.</summary>
    public static string OutcomeOf(Failure? failure) => failure?.Kind switch
    {
        null => Ok,
        FailureKind.Invalid => "invalid",
        FailureKind.Unauthenticated => "unauthenticated",
        FailureKind.Forbidden => "forbidden",
        FailureKind.NotFound => "not_found",
        FailureKind.NotAllowed => "not_allowed",
        FailureKind.TooSlow => "too_slow",
        FailureKind.Conflict => "conflict",
        FailureKind.Gone => "gone",
        FailureKind.TooLarge => "too_large",
        FailureKind.TooManyRequests => "too_many_requests",
        FailureKind.BadGateway => "bad_gateway",
        FailureKind.Unavailable => "unavailable",
        FailureKind.OutOfSpace => "out_of_space",
        _ => "broken",
    };

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
