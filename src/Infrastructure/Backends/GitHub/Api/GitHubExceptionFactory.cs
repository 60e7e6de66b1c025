namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Turns an answer that is not the one that was asked for into the kind of trouble that it means.</summary>
internal static class GitHubRefusal
{
    public static async Task<GitHubException> ReadAsync(
        HttpResponseMessage response, GitHubCall call, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var error = await GitHubError.ReadAsync(response, cancellationToken);
        var limit = RateLimit.Of(response, error, now);
        var trouble = call.Token is null ? KindOfStorage((int)response.StatusCode)
            : limit is null ? Kind((int)response.StatusCode, error)
            : Trouble.RateLimited;

        return new GitHubException(
            trouble,
            Describe(response, call, trouble, error),
            limit is null ? response.RetryAfter(now) : limit.Wait ?? RateLimit.Unsaid);
    }

    private static Trouble Kind(int status, GitHubError error) => status switch
    {
        401 => Trouble.BadToken,
        403 or 451 => Trouble.Forbidden,
        404 or 410 => Trouble.NotFound,
        408 => Trouble.Unreachable,
        409 => Trouble.Conflict,
        422 when error.SaysAlreadyExists => Trouble.AlreadyExists,
        >= 400 and < 500 => Trouble.Refused,
        _ => Trouble.Unreachable,
    };

    // Its words are about the URL: that it has expired is 403, or 400 or 401 elsewhere.
    private static Trouble KindOfStorage(int status) => status switch
    {
        400 or 401 or 403 => Trouble.Forbidden,
        404 or 410 => Trouble.NotFound,
        _ => Trouble.Unreachable,
    };

    private static string Describe(HttpResponseMessage response, GitHubCall call, Trouble trouble, GitHubError error)
    {
        var status = (int)response.StatusCode;
        if (call.Token is not { } token)
        {
            // The path of a signed URL is part of what it opens.
            return $"GitHub's storage answered {status}.";
        }

        var request = response.RequestMessage;
        var told = error.ToString() is { Length: > 0 } text ? $": {text}" : ".";
        var needed = trouble == Trouble.Forbidden && response.Headers.TryGetValues("X-Accepted-GitHub-Permissions", out var permissions)
            ? $" The token needs {permissions.First()}."
            : "";
        var message = $"GitHub answered {status} to {request?.Method} {request?.RequestUri?.AbsolutePath}{told}{needed}";

        return token.Reveal() is { Length: > 0 } secret ? message.Replace(secret, "***", StringComparison.Ordinal) : message;
    }
}
