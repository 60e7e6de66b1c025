using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>What a token opens, and how often GitHub is asked for that.</summary>
public sealed class TokenAccessTests : IAsyncLifetime
{
    private static readonly AuthenticationLifetimes Lifetimes = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    private readonly SkippingTime _time = new();

    private FakeGitHub GitHub { get; set; } = null!; // by InitializeAsync

    private FakeRepository Repository { get; set; } = null!; // by InitializeAsync

    private TokenAccess Access { get; set; } = null!; // by InitializeAsync

    private int Questions => GitHub.Log.All.Count(request => request.Path == "/repos/acme/packages");

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync();
        Repository = GitHub.AddRepository("acme/packages");
        Access = new TokenAccess(GitHubApi.Create(GitHub.ApiUrl, "acme", "packages", _time, NullLogger.Instance), Lifetimes, _time);
    }

    public async Task DisposeAsync() => await GitHub.DisposeAsync();

    [Fact]
    public async Task A_role_on_GitHub_is_what_a_token_may_do_here()
    {
        Assert.Equal(AccessLevel.Write, await OfAsync(GitHub.AddToken(Repository, Role.Push)));
        Assert.Equal(AccessLevel.Read, await OfAsync(GitHub.AddToken(Repository, Role.Pull)));
        Assert.Equal(AccessLevel.None, (await Access.OfAsync(new Secret("ghp_nobody"), AccessLevel.Read, default)).Value);
    }

    [Fact]
    public async Task Nobody_writes_to_an_archived_repository()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        Repository.Archived = true;

        Assert.Equal(AccessLevel.Read, await OfAsync(token));
    }

    [Fact]
    public async Task Many_first_questions_about_one_token_are_one_question_to_GitHub()
    {
        var token = GitHub.AddToken(Repository, Role.Push);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => OfAsync(token))));

        Assert.All(answers, answer => Assert.Equal(AccessLevel.Write, answer));
        Assert.Equal(1, Questions);
    }

    [Theory]
    [InlineData(4, AccessLevel.Write, 1)]
    [InlineData(6, AccessLevel.Write, 2)]
    [InlineData(6, AccessLevel.Read, 1)]
    [InlineData(59, AccessLevel.Read, 1)]
    [InlineData(61, AccessLevel.Read, 2)]
    public async Task What_a_token_may_do_is_believed_longer_for_reading_than_for_writing(int minutes, AccessLevel wanted, int questions)
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(token);

        _time.Advance(TimeSpan.FromMinutes(minutes));
        await OfAsync(token, wanted);

        Assert.Equal(questions, Questions);
    }

    [Fact]
    public async Task A_bad_token_is_asked_about_once_a_minute()
    {
        foreach (var seconds in (int[])[0, 30, 20, 20])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(AccessLevel.None, (await Access.OfAsync(new Secret("ghp_nobody"), AccessLevel.Write, default)).Value);
        }

        Assert.Equal(2, Questions);
    }

    [Fact]
    public async Task Where_GitHub_has_locked_this_address_out_a_good_token_is_not_taken_for_a_bad_one()
    {
        GitHub.FailedLoginsAllowed = 0;
        await Access.OfAsync(new Secret("ghp_nobody"), AccessLevel.Read, default);

        var outcome = await Access.OfAsync(new Secret(GitHub.AddToken(Repository, Role.Push).Value), AccessLevel.Read, default);

        Assert.Equal(FailureKind.Unavailable, outcome.Failure?.Kind);
        Assert.True(outcome.Failure?.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_flood_of_bad_tokens_does_not_reach_GitHub_and_keeps_nobody_out_who_is_known()
    {
        var known = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(known);
        for (var i = 0; i < TokenAccess.MostBadTokens; i++)
        {
            Assert.Equal(AccessLevel.None, (await Access.OfAsync(new Secret($"ghp_nobody{i}"), AccessLevel.Read, default)).Value);
        }

        var questions = Questions;
        Assert.Equal(FailureKind.Unavailable, (await Access.OfAsync(new Secret("ghp_another"), AccessLevel.Read, default)).Failure?.Kind);
        Assert.Equal(AccessLevel.Write, await OfAsync(known));
        Assert.Equal(questions, Questions);

        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(AccessLevel.None, (await Access.OfAsync(new Secret("ghp_another"), AccessLevel.Read, default)).Value);

        // Also where what is known of it has become too old.
        _time.Advance(TimeSpan.FromMinutes(61));
        for (var i = 0; i < TokenAccess.MostBadTokens; i++)
        {
            await Access.OfAsync(new Secret($"ghp_nobody_else{i}"), AccessLevel.Read, default);
        }

        Assert.Equal(AccessLevel.Write, await OfAsync(known));
    }

    [Fact]
    public async Task A_token_that_was_revoked_ends_when_it_is_asked_about_again()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(token);
        GitHub.Revoke(token);

        Assert.Equal(AccessLevel.Write, await OfAsync(token));
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(AccessLevel.None, await OfAsync(token));
    }

    [Fact]
    public async Task Trouble_is_no_answer_and_is_not_remembered()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        GitHub.Faults.Next(_ => true, new Fault.Answer(502), 20);

        Assert.Equal(FailureKind.Unavailable, (await Access.OfAsync(new Secret(token.Value), AccessLevel.Write, default)).Failure?.Kind);

        GitHub.Faults.Stop();
        Assert.Equal(AccessLevel.Write, await OfAsync(token));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_limit_is_no_answer_about_a_token_and_is_not_remembered(int status)
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        GitHub.RateLimits.ExceedSecondary(status: status);

        var limited = await Access.OfAsync(new Secret(token.Value), AccessLevel.Write, default);

        Assert.Equal((FailureKind.Unavailable, TimeSpan.FromMinutes(1)), (limited.Failure?.Kind, limited.Failure?.RetryAfter));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AccessLevel.Write, await OfAsync(token));
    }

    [Fact]
    public async Task Whoever_tries_one_bad_token_all_the_time_does_not_lock_the_good_ones_out()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        GitHub.FailedLoginsAllowed = 10;

        for (var i = 0; i < 500; i++)
        {
            await Access.OfAsync(new Secret("ghp_nobody"), AccessLevel.Write, default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(AccessLevel.Write, await OfAsync(token));
        Assert.Equal(9 + 1, Questions);
    }

    [Fact]
    public async Task The_role_of_a_person_and_that_of_a_workflow_are_known_without_asking_who_it_is()
    {
        Assert.Equal(AccessLevel.Write, await OfAsync(GitHub.AddActionsToken(Repository)));
        Assert.Equal(AccessLevel.Read, await OfAsync(GitHub.AddActionsToken(Repository, Level.Read)));
        Assert.Equal(AccessLevel.Read, await OfAsync(GitHub.AddToken(Repository, Role.Triage)));
        Assert.Equal(AccessLevel.Write, await OfAsync(GitHub.AddToken(Repository, Role.Maintain)));
        Assert.Equal(AccessLevel.None, await OfAsync(GitHub.AddToken(GitHub.AddRepository("acme/other"), Role.Admin)));

        Assert.Equal(GitHub.Log.All.Count, Questions);
    }

    [Fact]
    public async Task An_empty_token_opens_nothing_and_nobody_is_asked()
    {
        Repository.Private = false;

        Assert.Equal(AccessLevel.None, (await Access.OfAsync(new Secret(""), AccessLevel.Read, default)).Value);
        Assert.Equal(0, Questions);
    }

    private async Task<AccessLevel> OfAsync(FakeToken token, AccessLevel wanted = AccessLevel.Write) =>
        (await Access.OfAsync(new Secret(token.Value), wanted, default)).Value;
}
