namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>A request to GitHub failed. The message holds neither a token nor a signed URL.</summary>
internal sealed class GitHubException(GitHubErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public GitHubErrorKind Kind => kind;

    /// <summary>When a retry makes sense; null where that is not known.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
