using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class MomentTests
{
    [Theory]
    [InlineData("2026-11-01", "2026-11-01T23:59:59.999999Z")]
    [InlineData("2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z")]
    [InlineData("2026-11-01T12:00:00.25Z", "2026-11-01T12:00:00.25Z")]
    [InlineData("2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00Z")]
    [InlineData("2026-11-01T12:00", "2026-11-01T12:00:00Z")]
    public void A_date_is_its_end_and_times_are_in_utc(string text, string expected)
    {
        Assert.True(Moment.TryParse(text, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("2026-11")]
    [InlineData("2026-02-30")]
    [InlineData("2026-11-01 12:00:00")]
    [InlineData(" 2026-11-01")]
    [InlineData("1.11.2026")]
    [InlineData("90d")]
    [InlineData("10000-01-01")]
    public void Anything_else_is_none(string text) => Assert.False(Moment.TryParse(text, out _));
}
