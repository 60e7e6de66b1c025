using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>The access that a token grants, and how often GitHub is asked for it.</summary>
public sealed class TokenAccessTests : IAsyncLifetime
{
    private static readonly AuthenticationLifetimes Lifetimes = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    private readonly SkippingTime _time = new();

    private FakeGitHub GitHub { get; set; } = null!; // by InitializeAsync

    private FakeRepository Repository { get; set; } = null!; // by InitializeAsync

    private TempFolder Folder { get; set; } = null!; // by InitializeAsync

    private KnownTokens Known { get; set; } = null!; // by InitializeAsync

    private TokenAccess Access { get; set; } = null!; // by InitializeAsync

    private FakeToken Own { get; set; } = null!; // by InitializeAsync

    private int Questions => GitHub.Log.All.Count(request => request.Path == "/repos/acme/packages");

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync();
        Repository = GitHub.AddRepository("acme/packages");
        Folder = new TempFolder();
        Own = GitHub.AddToken(Repository, Role.Pull);
        Start();
    }

    public async Task DisposeAsync()
    {
        await GitHub.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_role_on_GitHub_is_what_a_token_may_do_here()
    {
        Assert.Equal(AccessLevel.Write, await OfAsync(GitHub.AddToken(Repository, Role.Push)));
        Assert.Equal(AccessLevel.Read, await OfAsync(GitHub.AddToken(Repository, Role.Pull)));
        Assert.Equal(AccessLevel.None, (await OfAsync("ghp_nobody")).Value);
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
            Assert.Equal(AccessLevel.None, (await OfAsync("ghp_nobody", AccessLevel.Write)).Value);
        }

        Assert.Equal(2, Questions);
    }

    [Fact]
    public async Task Where_GitHub_has_locked_this_address_out_a_good_token_is_not_taken_for_a_bad_one()
    {
        GitHub.FailedLoginsAllowed = 0;
        await OfAsync("ghp_nobody");

        var outcome = await OfAsync(GitHub.AddToken(Repository, Role.Push).Value);

        Assert.Equal(FailureKind.Unavailable, outcome.Failure?.Kind);
        Assert.True(outcome.Failure?.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_flood_of_bad_tokens_does_not_reach_GitHub_and_keeps_nobody_out_who_is_known()
    {
        var known = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(known);
        await FloodAsync("first");

        var questions = Questions;
        Assert.Equal(1 + TokenQuota.MostOfNewcomers, questions);
        Assert.Equal(FailureKind.Unavailable, (await OfAsync("ghp_another", from: Address(9999))).Failure?.Kind);
        Assert.Equal(AccessLevel.Write, await OfAsync(known));
        Assert.Equal(questions, Questions);

        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(AccessLevel.None, (await OfAsync("ghp_another", from: Address(9999))).Value);

        // Also where what is known of it has become too old, and after a restart.
        _time.Advance(TimeSpan.FromMinutes(61));
        await FloodAsync("second");
        Assert.Equal(AccessLevel.Write, await OfAsync(known));
        Known.Save();
        Start();
        await FloodAsync("third");
        Assert.Equal(AccessLevel.Write, await OfAsync(known));
    }

    [Fact]
    public async Task One_address_shuts_nobody_out_but_its_own_strangers()
    {
        for (var i = 0; i < 200; i++)
        {
            await OfAsync($"ghp_nobody{i}", from: Address(1));
        }

        Assert.Equal(TokenQuota.MostOfOneAddress, Questions);
        Assert.Equal(FailureKind.Unavailable, (await OfAsync(GitHub.AddToken(Repository, Role.Push).Value, from: Address(1))).Failure?.Kind);
        Assert.Equal(AccessLevel.Write, (await OfAsync(GitHub.AddToken(Repository, Role.Push).Value, from: Address(2))).Value);
    }

    [Fact]
    public async Task A_flood_from_everywhere_leaves_room_for_new_tokens_from_where_good_ones_came()
    {
        await OfAsync(GitHub.AddToken(Repository, Role.Pull).Value, from: Address(7777));
        await FloodAsync("ghp");

        Assert.Equal(AccessLevel.Write, (await OfAsync(GitHub.AddActionsToken(Repository).Value, from: Address(7777))).Value);
    }

    [Fact]
    public async Task A_token_that_GitHub_refuses_is_forgotten_where_good_ones_are_remembered()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(token);
        Known.Save();
        GitHub.Revoke(token);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(AccessLevel.None, await OfAsync(token));
        Assert.False(Known.Contains(new Secret(token.Value)));
        Known.Save();
        Start();

        Assert.False(Known.Contains(new Secret(token.Value)));
    }

    [Fact]
    public async Task Tokens_that_live_for_an_hour_are_not_remembered()
    {
        var token = GitHub.AddActionsToken(Repository);

        Assert.Equal(AccessLevel.Write, await OfAsync(token));

        Assert.False(Known.Contains(new Secret(token.Value)));
    }

    [Fact]
    public async Task What_is_remembered_opens_nothing()
    {
        var token = GitHub.AddToken(Repository, Role.Push);
        await OfAsync(token);
        Known.Save();
        GitHub.Revoke(token);
        Start();

        Assert.True(Known.Contains(new Secret(token.Value)));
        Assert.Equal(AccessLevel.None, await OfAsync(token));
    }

    [Fact]
    public async Task Invented_tokens_that_come_all_at_once_are_no_more_than_those_that_come_one_by_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => Task.Run(() => OfAsync($"ghp_nobody{i}", from: Address(1)))));

        Assert.Equal(TokenQuota.MostOfOneAddress, Questions);
        Assert.Equal(TokenQuota.MostOfOneAddress, answers.Count(answer => answer.Failure is null));
    }

    [Fact]
    public async Task Many_new_jobs_that_begin_at_once_from_one_address_are_let_in()
    {
        var tokens = Enumerable.Range(0, 150).Select(_ => GitHub.AddActionsToken(Repository).Value).ToList();

        var answers = await Task.WhenAll(tokens.Select(token => Task.Run(() => OfAsync(token, from: Address(1)))));

        Assert.All(answers, answer => Assert.Equal(AccessLevel.Write, answer.Value));
    }

    [Fact]
    public async Task A_decoy_counts_takes_and_answers_as_a_repository_that_is_there()
    {
        // Each answer takes GitHub two seconds, by the only clock there is.
        GitHub.Faults.Next(_ => Takes(TimeSpan.FromSeconds(2)), new Fault.Reset());
        var (real, pretended) = (await TimesAsync(token => Access.GetAsync(token, Address(1), AccessLevel.Read, default)), await TimesAsync(PretendAsync));

        Assert.Equal(real, pretended);

        async Task<List<(FailureKind?, TimeSpan)>> TimesAsync(Func<Secret, ValueTask<Outcome<AccessLevel>>> ask)
        {
            var times = new List<(FailureKind?, TimeSpan)>();
            _time.Advance(TimeSpan.FromHours(2));
            for (var i = 0; i < 15; i++)
            {
                foreach (var _ in (int[])[1, 2])
                {
                    var start = _time.GetUtcNow();
                    var answer = await ask(new Secret($"ghp_nobody{i}"));
                    times.Add((answer.Failure?.Kind, _time.GetUtcNow() - start));
                }
            }

            return times;
        }

        bool Takes(TimeSpan time)
        {
            _time.Advance(time);

            return false;
        }

        ValueTask<Outcome<AccessLevel>> PretendAsync(Secret token) => Access.GetAccessAsync("nothere", token, Address(1), default);
    }

    [Fact]
    public async Task What_is_shown_for_a_decoy_is_not_shown_to_GitHub()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            Assert.Equal(AccessLevel.None, (await Access.GetAccessAsync("nothere", new Secret($"secret{i}"), Address(1), default)).Value);
        }

        // How long it takes is asked with the server's own token.
        var request = Assert.Single(GitHub.Log.All);
        Assert.Equal(Own, request.Token);
    }

    [Fact]
    public async Task Where_GitHub_is_down_a_decoy_says_so_too()
    {
        GitHub.Faults.Next(_ => true, new Fault.Answer(502), 40);

        var real = await OfAsync("ghp_nobody");
        var pretended = await Access.GetAccessAsync("nothere", new Secret("ghp_nobody"), Address(1), default);

        Assert.Equal(FailureKind.Unavailable, real.Failure?.Kind);
        Assert.Equal(real.Failure, pretended.Failure);
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

        Assert.Equal(FailureKind.Unavailable, (await OfAsync(token.Value, AccessLevel.Write)).Failure?.Kind);

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

        var limited = await OfAsync(token.Value, AccessLevel.Write);

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
            await OfAsync("ghp_nobody", AccessLevel.Write);
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

        Assert.Equal(AccessLevel.None, (await OfAsync("")).Value);
        Assert.Equal(0, Questions);
    }

    private static ClientAddress Address(int number) => ClientAddress.Of(new IPAddress(0x0a000000L + number));

    /// <summary>Starts the server with what is on its disk.</summary>
    private void Start()
    {
        Known = KnownTokens.Open(Path.Combine(Folder.Path, "known_tokens"), _time, NullLogger.Instance);
        var api = GitHubApi.Create(GitHub.ApiUrl, "acme", "packages", _time, NullLogger.Instance);
        Access = new TokenAccess(api, new Secret(Own.Value), Known, new TokenQuota(_time), Lifetimes, _time);
    }

    /// <summary>Sends invented tokens from many addresses.</summary>
    private async Task FloodAsync(string name)
    {
        for (var i = 0; i < 2 * TokenQuota.Most; i++)
        {
            await OfAsync($"ghp_{name}{i}", from: Address(100 + i));
        }
    }

    private async Task<AccessLevel> OfAsync(FakeToken token, AccessLevel wanted = AccessLevel.Write) => (await OfAsync(token.Value, wanted)).Value;

    private async Task<Outcome<AccessLevel>> OfAsync(string token, AccessLevel wanted = AccessLevel.Read, ClientAddress from = default) =>
        await Access.GetAsync(new Secret(token), from, wanted, default);
}
