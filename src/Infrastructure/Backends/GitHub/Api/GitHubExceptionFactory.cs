namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Maps an error response to a <see cref="GitHubException"/>.</summary>
internal static class GitHubExceptionFactory
{
    public static async Task<GitHubException> ReadAsync(
        HttpResponseMessage response, GitHubRequestOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var error = await GitHubErrorBody.ReadAsync(response, cancellationToken);
        var limit = RateLimit.Of(response, error, now);
        var kind = options.Token is null ? KindOfStorage((int)response.StatusCode)
            : limit is null ? Kind((int)response.StatusCode, error)
            : GitHubErrorKind.RateLimited;

        return new GitHubException(
            kind,
            Describe(response, options, kind, error),
            limit is null ? response.RetryAfter(now) : limit.Wait ?? RateLimit.Unsaid);
    }

    private static GitHubErrorKind Kind(int status, GitHubErrorBody error) => status switch
    {
        401 => GitHubErrorKind.Unauthorized,
        403 or 451 => GitHubErrorKind.Forbidden,
        404 or 410 => GitHubErrorKind.NotFound,
        408 => GitHubErrorKind.Unavailable,
        409 => GitHubErrorKind.Conflict,
        422 when error.IsAlreadyExists => GitHubErrorKind.AlreadyExists,
        >= 400 and < 500 => GitHubErrorKind.Invalid,
        _ => GitHubErrorKind.Unavailable,
    };

    // The status is about the signed URL: one that has expired is 403 at GitHub's storage, and 400 or 401 at others.
    private static GitHubErrorKind KindOfStorage(int status) => status switch
    {
        400 or 401 or 403 => GitHubErrorKind.Forbidden,
        404 or 410 => GitHubErrorKind.NotFound,
        _ => GitHubErrorKind.Unavailable,
    };

    private static string Describe(HttpResponseMessage response, GitHubRequestOptions options, GitHubErrorKind kind, GitHubErrorBody error)
    {
        var status = (int)response.StatusCode;
        if (options.Token is not { } token)
        {
            // No URL in the message: the path is part of the signature.
            return $"GitHub's storage answered {status}.";
        }

        var request = response.RequestMessage;
        var told = error.ToString() is { Length: > 0 } text ? $": {text}" : ".";
        var needed = kind == GitHubErrorKind.Forbidden && response.Headers.TryGetValues("X-Accepted-GitHub-Permissions", out var permissions)
            ? $" The token needs {permissions.First()}."
            : "";
        var message = $"GitHub answered {status} to {request?.Method} {request?.RequestUri?.AbsolutePath}{told}{needed}";

        return token.Reveal() is { Length: > 0 } secret ? message.Replace(secret, "***", StringComparison.Ordinal) : message;
    }
}
