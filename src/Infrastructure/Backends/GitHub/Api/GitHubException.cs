namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>GitHub did not do what it was asked to. Its message holds neither a token nor a signed URL.</summary>
internal sealed class GitHubException(GitHubErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public GitHubErrorKind Kind => kind;

    /// <summary>When asking again is sensible; null where it is not said.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
