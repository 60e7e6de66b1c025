namespace PyWharf.Domain;

/// <summary>What kind of thing went wrong, as the protocol sees it; the HTTP edge maps each kind to one status.</summary>
public enum FailureKind
{
    /// <summary>The request contradicts itself or the specification: 400.</summary>
    Invalid,

    /// <summary>No secret, or one that opens nothing here: 401.</summary>
    Unauthenticated,

    /// <summary>A secret that is known, but not good for this: 403.</summary>
    Forbidden,

    /// <summary>There is no such thing: 404.</summary>
    NotFound,

    /// <summary>What the client had to send did not come in time: 408.</summary>
    TooSlow,

    /// <summary>The name is taken by other bytes: 409.</summary>
    Conflict,

    /// <summary>It was offered once and will not be again: 410.</summary>
    Gone,

    /// <summary>Larger than the repository's configuration allows: 413.</summary>
    TooLarge,

    /// <summary>A bug or broken machinery of ours: 500.</summary>
    Broken,

    /// <summary>Another server that we depend on answered nonsense: 502.</summary>
    BadGateway,

    /// <summary>Not now; trying again later is sensible: 503.</summary>
    Unavailable,

    /// <summary>The storage has no room left: 507.</summary>
    OutOfSpace,
}

/// <summary>Why a request was not carried out.</summary>
/// <param name="Kind">The kind, which decides the HTTP status.</param>
/// <param name="Message">One sentence for a person, saying what to do next; it never holds a secret.</param>
/// <param name="RetryAfter">When trying again is sensible; null where the client has to change something first.</param>
public sealed record Failure(FailureKind Kind, string Message, TimeSpan? RetryAfter = null);
