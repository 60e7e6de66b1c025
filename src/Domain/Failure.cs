namespace PyWharf.Domain;

/// <summary>The kind of a failure; the HTTP layer maps each kind to a status code.</summary>
public enum FailureKind
{
    /// <summary>The request contradicts itself or the specification: 400.</summary>
    Invalid,

    /// <summary>No secret, or an invalid one: 401.</summary>
    Unauthenticated,

    /// <summary>A valid secret without the required access: 403.</summary>
    Forbidden,

    /// <summary>The resource does not exist: 404.</summary>
    NotFound,

    /// <summary>The resource is read only: 405.</summary>
    NotAllowed,

    /// <summary>The request did not arrive in time: 408.</summary>
    TooSlow,

    /// <summary>The name is taken by a file with other bytes: 409.</summary>
    Conflict,

    /// <summary>No longer supported: 410.</summary>
    Gone,

    /// <summary>Larger than the repository's configuration allows: 413.</summary>
    TooLarge,

    /// <summary>The client has sent too many requests, or wrong credentials: 429.</summary>
    TooManyRequests,

    /// <summary>A bug: 500.</summary>
    Broken,

    /// <summary>An invalid response of another server: 502.</summary>
    BadGateway,

    /// <summary>Temporarily impossible; the client may retry: 503.</summary>
    Unavailable,

    /// <summary>The storage has no room left: 507.</summary>
    OutOfSpace,
}

/// <summary>Why a request failed.</summary>
/// <param name="Kind">The kind, which determines the HTTP status.</param>
/// <param name="Message">One sentence for people, with the next step; never contains a secret.</param>
/// <param name="RetryAfter">When to retry; null if the client has to change something first.</param>
public sealed record Failure(FailureKind Kind, string Message, TimeSpan? RetryAfter = null);
