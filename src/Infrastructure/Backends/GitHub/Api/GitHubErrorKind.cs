namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>What kind of answer GitHub gave instead of the one that was asked for (github-api: reactions).</summary>
internal enum GitHubErrorKind
{
    /// <summary>401: the token is none.</summary>
    Unauthorized,

    /// <summary>403 that is no rate limit: the token may not do this.</summary>
    Forbidden,

    /// <summary>404: it is not there, or the token may not see it.</summary>
    NotFound,

    /// <summary>409: somebody else was faster.</summary>
    Conflict,

    /// <summary>422 with the code already_exists.</summary>
    AlreadyExists,

    /// <summary>Any other 400 or 422: GitHub does not take this.</summary>
    Invalid,

    /// <summary>The token, or this address, has asked too much for now.</summary>
    RateLimited,

    /// <summary>GitHub can't be reached, is in trouble, or answers nonsense. Whether a write took effect is not known.</summary>
    Unavailable,
}
