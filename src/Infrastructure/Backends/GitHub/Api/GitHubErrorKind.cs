namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Why a request to GitHub failed.</summary>
internal enum GitHubErrorKind
{
    /// <summary>401: GitHub does not know the token.</summary>
    Unauthorized,

    /// <summary>403 other than a rate limit: the token lacks a permission.</summary>
    Forbidden,

    /// <summary>404: there is no such thing, or the token may not see it.</summary>
    NotFound,

    /// <summary>409: a concurrent change.</summary>
    Conflict,

    /// <summary>422 with the code already_exists.</summary>
    AlreadyExists,

    /// <summary>Any other 4xx: GitHub does not accept the request.</summary>
    Invalid,

    /// <summary>The rate limit of the token, or of this address, is reached.</summary>
    RateLimited,

    /// <summary>GitHub can't be reached, has an outage, or sends an invalid response. Whether a write took effect is not known.</summary>
    Unavailable,
}
