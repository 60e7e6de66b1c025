using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class RateLimitTests
{
    private const string Secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

    private static readonly Func<HttpResponseMessage> Good = Json("""{"login":"u"}""");

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_short_limit_is_waited_for(int status)
    {
        var github = new StubGitHub(Message(status, Secondary, ("Retry-After", "4")), Good);

        await github.Api().GetUserAsync(Token, default);

        Assert.Equal(2, github.Sent.Count);
        Assert.Equal(TimeSpan.FromSeconds(4), Total(github));
    }

    [Fact]
    public async Task A_write_is_repeated_after_a_short_limit_since_GitHub_did_nothing()
    {
        var github = new StubGitHub(Message(429, Secondary, ("Retry-After", "4")), Json(Release(1)));

        await github.Api().CreateDraftAsync(Token, "a-1.zip", "text", default);

        Assert.Equal(2, github.Sent.Count);
        Assert.Equal(github.Sent[0].Text, github.Sent[1].Text);
    }

    [Fact]
    public async Task A_limit_that_comes_again_and_again_is_told_in_the_end()
    {
        var github = new StubGitHub(Message(429, Secondary, ("Retry-After", "1")));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(GitHubErrorKind.RateLimited, thrown.Kind);
        Assert.Equal(5, github.Sent.Count);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_spent_quota_is_told_with_the_time_until_its_reset(int status)
    {
        var github = new StubGitHub();
        var reset = github.Time.GetUtcNow().AddMinutes(20).ToUnixTimeSeconds();
        github = new StubGitHub(Message(status, "API rate limit exceeded for user ID 1.", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset}")));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal((GitHubErrorKind.RateLimited, TimeSpan.FromMinutes(20)), (thrown.Kind, thrown.RetryAfter));
        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task A_reset_is_measured_by_GitHubs_own_clock()
    {
        var github = new StubGitHub(Message(
            403, "no", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000000300"), ("Date", "Sun, 09 Sep 2001 01:46:40 GMT")));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(TimeSpan.FromMinutes(5), thrown.RetryAfter);
    }

    [Theory]
    [InlineData("9223372036854775807", 3600)]
    [InlineData("99999999999999999999", 60)]
    [InlineData("-1", 60)]
    [InlineData("soon", 60)]
    [InlineData("", 60)]
    public async Task A_reset_that_makes_no_sense_does_not_stop_us_for_long(string reset, int seconds)
    {
        var github = new StubGitHub(Message(429, "no", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(TimeSpan.FromSeconds(seconds), thrown.RetryAfter);
    }

    [Fact]
    public async Task Without_a_header_a_minute_is_waited_and_twice_as_long_if_that_was_not_enough()
    {
        var github = new StubGitHub(Message(403, Secondary));
        var api = github.Api();

        var waits = new List<TimeSpan?>();
        for (var i = 0; i < 4; i++)
        {
            waits.Add((await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default))).RetryAfter);
            github.Time.Advance(waits[^1] ?? TimeSpan.Zero);
        }

        Assert.Equal([1, 2, 4, 8], waits.Select(wait => wait?.TotalMinutes ?? 0));
        Assert.Equal(4, github.Sent.Count);
    }

    [Fact]
    public async Task An_answer_after_the_limit_ends_the_doubling()
    {
        var github = new StubGitHub(Message(403, Secondary), Good, Message(403, Secondary));
        var api = github.Api();

        await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default));
        github.Time.Advance(TimeSpan.FromMinutes(1));
        await api.GetUserAsync(Token, default);
        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default));

        Assert.Equal(TimeSpan.FromMinutes(1), thrown.RetryAfter);
    }

    [Fact]
    public async Task While_a_token_is_limited_GitHub_is_asked_nothing_with_it()
    {
        var github = new StubGitHub(Message(429, Secondary, ("Retry-After", "60")), Good);
        var api = github.Api();
        await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default));

        github.Time.Advance(TimeSpan.FromSeconds(20));
        var read = await Assert.ThrowsAsync<GitHubException>(() => api.GetRepositoryAsync(Token, default));
        var write = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(new Secret("ghp_secretToken1"), "a-1.zip", "", default));

        Assert.Equal((GitHubErrorKind.RateLimited, TimeSpan.FromSeconds(40)), (read.Kind, read.RetryAfter));
        Assert.Equal((GitHubErrorKind.RateLimited, TimeSpan.FromSeconds(40)), (write.Kind, write.RetryAfter));
        Assert.Single(github.Sent);
        Assert.Single(github.Lines);
    }

    [Fact]
    public async Task The_end_of_a_limit_that_is_near_is_waited_for()
    {
        var github = new StubGitHub(Message(429, Secondary, ("Retry-After", "60")), Good);
        var api = github.Api();
        await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default));

        github.Time.Advance(TimeSpan.FromSeconds(55));
        await api.GetUserAsync(Token, default);

        Assert.Equal(TimeSpan.FromSeconds(5), Total(github));
    }

    [Fact]
    public async Task Other_tokens_are_not_stopped()
    {
        var github = new StubGitHub(Message(429, Secondary, ("Retry-After", "60")), Good);
        var api = github.Api();
        await Assert.ThrowsAsync<GitHubException>(() => api.GetUserAsync(Token, default));

        Assert.Equal("u", (await api.GetUserAsync(new Secret("another"), default)).Login);
    }

    [Fact]
    public async Task A_limit_does_not_print_the_token()
    {
        var github = new StubGitHub(Message(429, $"{Secondary} {Token.Reveal()}", ("Retry-After", "60")));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.DoesNotContain(Token.Reveal(), thrown + string.Concat(github.Lines), StringComparison.Ordinal);
    }

    private static TimeSpan Total(StubGitHub github) => github.Time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait);
}
