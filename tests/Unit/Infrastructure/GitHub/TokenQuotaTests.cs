using System.Net;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class TokenQuotaTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TokenQuota _quota;

    public TokenQuotaTests() => _quota = new TokenQuota(_time);

    [Fact]
    public void An_address_has_its_share_a_minute()
    {
        Assert.Equal(TokenQuota.MostOfOneAddress, Refuse(1, times: 50));

        _time.Advance(TokenQuota.Window);
        Assert.Equal(TokenQuota.MostOfOneAddress, Refuse(1, times: 50));
    }

    [Fact]
    public void Addresses_that_have_failed_leave_room_for_others_and_these_for_those_that_a_good_token_came_from()
    {
        Accept(9000);
        Refuse(1);
        foreach (var address in Enumerable.Range(2, TokenQuota.MostOfSuspects - 1))
        {
            Assert.Equal(1, Refuse(address));
        }

        Assert.Equal(0, Refuse(1));
        Assert.Equal(TokenQuota.MostOfNewcomers - TokenQuota.MostOfSuspects, Enumerable.Range(1000, 500).Sum(address => Refuse(address)));
        Assert.Equal(TokenQuota.MostOfOneAddress, Refuse(9000, times: 50));
    }

    [Fact]
    public void Nobody_goes_beyond_the_whole()
    {
        foreach (var address in Enumerable.Range(1, 50))
        {
            Accept(address);
        }

        Assert.Equal(TokenQuota.Most, Enumerable.Range(1, 50).Sum(address => Refuse(address, times: 20)));
    }

    [Fact]
    public void That_an_address_has_failed_is_remembered_for_an_hour()
    {
        Refuse(1);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(TokenQuota.MostOfSuspects, Enumerable.Range(100, TokenQuota.MostOfSuspects).Sum(address => Refuse(address)));
        Assert.Equal(0, Refuse(1));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TokenQuota.MostOfSuspects, Enumerable.Range(200, TokenQuota.MostOfSuspects).Sum(address => Refuse(address)));
        Assert.Equal(1, Refuse(1));
    }

    [Fact]
    public async Task What_is_not_answered_yet_counts_and_who_waits_for_it_goes_on_with_the_answer()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, TokenQuota.MostOfOneAddress).Select(_ => Enter(1)));
        var waiting = Enumerable.Range(0, 3).Select(_ => Enter(1)).ToList();
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));

        End(asked[0], wasGood: true);
        var next = Assert.IsType<TokenQuota.Check>(await waiting[0]);
        Assert.False(waiting[1].IsCompleted);
        asked.Skip(1).Append(next).ToList().ForEach(question => End(question, wasGood: false));

        Assert.Null(await waiting[1]);
        Assert.Null(await waiting[2]);
    }

    [Fact]
    public async Task An_answer_that_is_none_counts_for_nothing()
    {
        foreach (var _ in Enumerable.Range(0, 50))
        {
            using var question = await Enter(1);
            Assert.NotNull(question);
        }

        Assert.Equal(TokenQuota.MostOfOneAddress, Refuse(1, times: 50));
    }

    [Fact]
    public async Task Only_so_many_wait()
    {
        for (var i = 0; i < TokenQuota.MostOfOneAddress; i++)
        {
            Assert.NotNull(await Enter(1));
        }

        var turns = Enumerable.Range(0, 1000).Select(_ => Enter(1)).ToList();

        Assert.Equal(200, turns.Count(turn => !turn.IsCompleted));
        Assert.All(await Task.WhenAll(turns.Where(turn => turn.IsCompleted)), Assert.Null);
    }

    [Fact]
    public void A_token_that_was_good_before_is_held_up_by_nothing()
    {
        Refuse(1, times: 50);

        using var question = _quota.Enter(Address(1));
        Assert.NotNull(question);
    }

    private static ClientAddress Address(int number) => ClientAddress.Of(new IPAddress(number));

    private Task<TokenQuota.Check?> Enter(int address) => _quota.EnterAsync(Address(address));

    private void Accept(int address) => End(Enter(address).Result, wasGood: true);

    /// <summary>How many of these bad tokens reach GitHub.</summary>
    private int Refuse(int address, int times = 1)
    {
        var asked = 0;
        for (var i = 0; i < times; i++)
        {
            var question = Enter(address).Result;
            asked += question is null ? 0 : 1;
            End(question, wasGood: false);
        }

        return asked;
    }

    private static void End(TokenQuota.Check? question, bool wasGood)
    {
        if (wasGood)
        {
            question?.Accepted();
        }
        else
        {
            question?.Refused();
        }

        question?.Dispose();
    }
}
