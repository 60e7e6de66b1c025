using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class GitHubFailureTests
{
    public static TheoryData<string, FailureKind, int?> Kinds => new()
    {
        { nameof(GitHubErrorKind.Unauthorized), FailureKind.Unauthenticated, null },
        { nameof(GitHubErrorKind.Forbidden), FailureKind.Forbidden, null },
        { nameof(GitHubErrorKind.NotFound), FailureKind.Forbidden, null },
        { nameof(GitHubErrorKind.Conflict), FailureKind.Unavailable, 5 },
        { nameof(GitHubErrorKind.AlreadyExists), FailureKind.Conflict, null },
        { nameof(GitHubErrorKind.Invalid), FailureKind.Invalid, null },
        { nameof(GitHubErrorKind.RateLimited), FailureKind.Unavailable, 60 },
        { nameof(GitHubErrorKind.Unavailable), FailureKind.Unavailable, 30 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_trouble_is_one_kind_of_failure(string trouble, FailureKind kind, int? retryAfterSeconds)
    {
        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<GitHubErrorKind>(trouble), "words"), "a.whl was not published");

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, failure.RetryAfter);
        Assert.Contains("so a.whl was not published:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_trouble_is_told_apart() =>
        Assert.Equal(Enum.GetNames<GitHubErrorKind>().Order(), Kinds.Select(kind => (string)kind[0]).Order());

    [Theory]
    [InlineData(nameof(GitHubErrorKind.RateLimited))]
    [InlineData(nameof(GitHubErrorKind.Unavailable))]
    public void What_GitHub_says_of_when_to_come_back_is_passed_on(string trouble)
    {
        var wait = TimeSpan.FromSeconds(1234);

        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<GitHubErrorKind>(trouble), "words", wait), "nothing was done");

        Assert.Equal(wait, failure.RetryAfter);
    }

    [Theory]
    [InlineData(nameof(GitHubErrorKind.Forbidden))]
    [InlineData(nameof(GitHubErrorKind.NotFound))]
    public void Who_may_not_do_it_is_told_which_right_is_missing(string trouble)
    {
        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<GitHubErrorKind>(trouble), "Not Found"), "nothing was done");

        Assert.Contains("scope repo", failure.Message, StringComparison.Ordinal);
        Assert.Contains("permission Contents", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_has_the_words_of_GitHub()
    {
        var failure = GitHubFailure.Of(new GitHubException(GitHubErrorKind.Invalid, "body is too long (maximum is 125000 characters)."), "nothing was done");

        Assert.Contains("body is too long (maximum is 125000 characters).", failure.Message, StringComparison.Ordinal);
    }
}
