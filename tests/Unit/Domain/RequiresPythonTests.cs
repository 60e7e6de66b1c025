using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class RequiresPythonTests
{
    [Theory]
    [InlineData(">=3.8")]
    [InlineData(">=3.8,<4")]
    [InlineData(">=2.7, !=3.0.*, !=3.1.*, <4")]
    [InlineData("~=3.8")]
    [InlineData("~= 3.8.1.dev1")]
    [InlineData("==3.*")]
    [InlineData("== 1!3.11.*")]
    [InlineData("==3.11.1+local")]
    [InlineData("!=3.11.1rc1")]
    [InlineData("===3.11.whatever*")]
    [InlineData(">=3.8,")]
    [InlineData(">3.8a1.post1")]
    [InlineData("<=3")]
    public void A_specifier_set_is_kept_as_it_was_written(string text)
    {
        Assert.True(RequiresPython.TryParse(text, out var requiresPython));

        Assert.Equal(text, requiresPython.ToString());
    }

    [Fact]
    public void White_space_around_is_dropped()
    {
        Assert.True(RequiresPython.TryParse("  >=3.8 , <4 \r\n", out var requiresPython));

        Assert.Equal(">=3.8 , <4", requiresPython.ToString());
        Assert.True(RequiresPython.TryParse(">=3.8 , <4", out var same));
        Assert.True(same == requiresPython);
        Assert.Equal(same.GetHashCode(), requiresPython.GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("UNKNOWN")]
    [InlineData(",")]
    [InlineData("3.8")]
    [InlineData("=3.8")]
    [InlineData("=>3.8")]
    [InlineData(">=")]
    [InlineData(">=3.8 <4")]
    [InlineData(">=3.6.*")]
    [InlineData("~=3")]
    [InlineData("~=3.8+local")]
    [InlineData("<3.8+local")]
    [InlineData(">=3.8+local")]
    [InlineData("==3.8a1.*")]
    [InlineData("==3.8+local.*")]
    [InlineData("==.*")]
    [InlineData("==3.8 .*")]
    [InlineData("==*")]
    [InlineData("===")]
    [InlineData("===a b")]
    [InlineData("===a;b")]
    [InlineData("(>=3.8)")]
    [InlineData(">=3.8; python_version")]
    [InlineData(">=3.\u0668")]
    [InlineData("\u22653.8")]
    [InlineData(">=3.8\0")]
    public void What_is_no_specifier_set_is_refused(string? text) => Assert.False(RequiresPython.TryParse(text, out _));

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text =>
            RequiresPython.TryParse(text, out _) | RequiresPython.TryParse("==" + text, out _) | RequiresPython.TryParse(text + ".*", out _));

    [Fact]
    public void More_than_any_package_has_is_none()
    {
        var longest = ">=3" + string.Concat(Enumerable.Repeat(",!=1", 249)) + " ";

        Assert.True(RequiresPython.TryParse(longest, out _));
        Assert.False(RequiresPython.TryParse(longest + ",!=10", out _));
    }
}
