using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class GitHubFailureTests
{
    public static TheoryData<string, FailureKind, int?> Kinds => new()
    {
        { nameof(Trouble.BadToken), FailureKind.Unauthenticated, null },
        { nameof(Trouble.Forbidden), FailureKind.Forbidden, null },
        { nameof(Trouble.NotFound), FailureKind.Forbidden, null },
        { nameof(Trouble.Conflict), FailureKind.Unavailable, 5 },
        { nameof(Trouble.AlreadyExists), FailureKind.Conflict, null },
        { nameof(Trouble.Refused), FailureKind.Invalid, null },
        { nameof(Trouble.RateLimited), FailureKind.Unavailable, 60 },
        { nameof(Trouble.Unreachable), FailureKind.Unavailable, 30 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_trouble_is_one_kind_of_failure(string trouble, FailureKind kind, int? retryAfterSeconds)
    {
        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<Trouble>(trouble), "words"), "a.whl was not published");

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, failure.RetryAfter);
        Assert.Contains("so a.whl was not published:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_trouble_is_told_apart() =>
        Assert.Equal(Enum.GetNames<Trouble>().Order(), Kinds.Select(kind => (string)kind[0]).Order());

    [Theory]
    [InlineData(nameof(Trouble.RateLimited))]
    [InlineData(nameof(Trouble.Unreachable))]
    public void What_GitHub_says_of_when_to_come_back_is_passed_on(string trouble)
    {
        var wait = TimeSpan.FromSeconds(1234);

        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<Trouble>(trouble), "words", wait), "nothing was done");

        Assert.Equal(wait, failure.RetryAfter);
    }

    [Theory]
    [InlineData(nameof(Trouble.Forbidden))]
    [InlineData(nameof(Trouble.NotFound))]
    public void Who_may_not_do_it_is_told_which_right_is_missing(string trouble)
    {
        var failure = GitHubFailure.Of(new GitHubException(Enum.Parse<Trouble>(trouble), "Not Found"), "nothing was done");

        Assert.Contains("scope repo", failure.Message, StringComparison.Ordinal);
        Assert.Contains("permission Contents", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_has_the_words_of_GitHub()
    {
        var failure = GitHubFailure.Of(new GitHubException(Trouble.Refused, "body is too long (maximum is 125000 characters)."), "nothing was done");

        Assert.Contains("body is too long (maximum is 125000 characters).", failure.Message, StringComparison.Ordinal);
    }
}
