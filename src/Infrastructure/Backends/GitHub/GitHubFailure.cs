using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Maps a <see cref="GitHubException"/> to the failure that a client is told.</summary>
internal static class GitHubFailure
{
    private const string NeededRights =
        "It needs the scope repo or, if it is fine-grained, the permission Contents of that repository: read to install, write to publish.";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    /// <summary>The failure for an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="what">The consequence, as a clause: <c>foo-1.0.tar.gz was not published</c>.</param>
    public static Failure Of(GitHubException exception, string what)
    {
        var said = exception.Message.TrimEnd('.');

        return exception.Kind switch
        {
            GitHubErrorKind.Unauthorized => new Failure(
                FailureKind.Unauthenticated, $"GitHub does not know this token, so {what}: it is wrong, revoked or expired. Make a new one."),
            GitHubErrorKind.Forbidden => new Failure(FailureKind.Forbidden, $"GitHub does not let this token do it, so {what}: {said}. {NeededRights}"),
            // GitHub answers 404 for what a token may not see, and for a write that it may not make.
            GitHubErrorKind.NotFound => new Failure(
                FailureKind.Forbidden, $"The repository on GitHub is not there, or this token may not do that to it, so {what}: {said}. {NeededRights}"),
            GitHubErrorKind.AlreadyExists => new Failure(FailureKind.Conflict, $"GitHub has such a thing already, so {what}: {said}."),
            GitHubErrorKind.Conflict => new Failure(
                FailureKind.Unavailable, $"Somebody else changed the repository on GitHub, so {what}: try again in a moment.", exception.RetryAfter ?? Moment),
            GitHubErrorKind.Invalid => new Failure(FailureKind.Invalid, $"GitHub refuses this, so {what}: {said}."),
            GitHubErrorKind.RateLimited => new Failure(
                FailureKind.Unavailable, $"This token has asked more of GitHub than it may for now, so {what}: try again later.", exception.RetryAfter ?? RateLimit.Unsaid),
            _ => new Failure(
                FailureKind.Unavailable, $"GitHub is in trouble or can't be reached, so {what}: try again later.", exception.RetryAfter ?? Outage),
        };
    }
}
