using PyWharf.Application.Ports;
using PyWharf.Application.Tokens;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Tokens;

public sealed class TokenTermsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90d", "2027-02-25T10:00:00Z")]
    [InlineData("1d", "2026-11-28T10:00:00Z")]
    [InlineData("2027-06-30", "2027-06-30T23:59:59.999999Z")]
    [InlineData("2028-02-29", "2028-02-29T23:59:59.999999Z")]
    [InlineData("9999-12-31", "9999-12-31T23:59:59.999999Z")]
    [InlineData("2027-06-30T12:00:00Z", "2027-06-30T12:00:00Z")]
    [InlineData("2027-06-30T12:00:00", "2027-06-30T12:00:00Z")]
    [InlineData("2027-06-30T12:00", "2027-06-30T12:00:00Z")]
    [InlineData("2027-06-30T12:00:00.5+02:00", "2027-06-30T10:00:00.5Z")]
    [InlineData("2027-06-30T23:30-01:00", "2027-07-01T00:30:00Z")]
    public void An_end_is_a_date_a_time_or_days_from_now(string text, string end)
    {
        Assert.True(TokenExpiry.TryParse(text, Now, out var parsed));
        Assert.Equal(DateTimeOffset.Parse(end, null), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("1.5d")]
    [InlineData("100000d")]
    [InlineData("90 d")]
    [InlineData("90D")]
    [InlineData("12h")]
    [InlineData("2027-02-29")]
    [InlineData("2027-6-30")]
    [InlineData("30.06.2027")]
    [InlineData("2027-06-30T25:00:00Z")]
    [InlineData("2027-06-30T12:00:00 Z")]
    [InlineData(" 2027-06-30")]
    [InlineData("never")]
    [InlineData("٩0d")]
    public void Anything_else_is_no_end(string text) => Assert.False(TokenExpiry.TryParse(text, Now, out _));

    [Fact]
    public void What_is_left_out_is_reading_everything_from_anywhere_for_ever()
    {
        var terms = TokenTerms.Parse(new TokenRequest { Name = "CI" }, Now).Value;

        Assert.Equal(("ci", AccessLevel.Read, true, true, null), (terms.Name.ToString(), terms.Permission, terms.Projects.IsAll, terms.Reads.IsAll, terms.Expires));
        Assert.Empty(terms.Networks);
    }

    [Theory]
    [InlineData(null, "a,b-*")]
    [InlineData("c", "c,a,b-*")]
    [InlineData("*", "*")]
    [InlineData("a,b*", "a,b*")]
    public void What_may_be_changed_may_be_read(string? reads, string expected)
    {
        var terms = TokenTerms.Parse(new TokenRequest { Name = "ci", Projects = ["a", "B_*"], Reads = reads?.Split(',') }, Now).Value;

        Assert.Equal("a,b-*", string.Join(',', terms.Projects.Patterns));
        Assert.Equal(expected, string.Join(',', terms.Reads.Patterns));
    }

    public static TheoryData<TokenRequest, string> Wrong => new()
    {
        { new TokenRequest(), "A token name must not be empty." },
        { new TokenRequest { Name = "a b" }, "A token name consists of" },
        { new TokenRequest { Name = "ci", Permission = "Read" }, "The permission of a token is read, write or admin." },
        { new TokenRequest { Name = "ci", Permission = "" }, "The permission of a token is read, write or admin." },
        { new TokenRequest { Name = "ci", Projects = [] }, "A token is for one project at least" },
        { new TokenRequest { Name = "ci", Reads = [] }, "A token is for one project at least" },
        { new TokenRequest { Name = "ci", Projects = ["a", null] }, "projects: this pattern is empty" },
        { new TokenRequest { Name = "ci", Reads = ["a/b"] }, "reads: this pattern matches no project" },
        { new TokenRequest { Name = "ci", Projects = [.. Enumerable.Repeat("a", 1001)] }, "projects may hold 1000 patterns at most." },
        { new TokenRequest { Name = "ci", Networks = ["10.0.0.0/8", "here"] }, "Each of networks must be a network such as 10.0.0.0/8" },
        { new TokenRequest { Name = "ci", Networks = ["10.1.2.3/8"] }, "One of networks has bits behind its prefix; the network is 10.0.0.0/8." },
        { new TokenRequest { Name = "ci", Expires = "soon" }, "expires must be a date (2027-06-30)" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Anything_wrong_is_said_in_a_sentence(TokenRequest request, string problem)
    {
        var failure = TokenTerms.Parse(request, Now).Failure;

        Assert.Equal(FailureKind.Invalid, failure?.Kind);
        Assert.StartsWith(problem, failure?.Message, StringComparison.Ordinal);
    }
}
