using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class SummaryLineTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("one\r\ntwo", "one")]
    [InlineData("\ntwo", null)]
    public void It_is_the_first_line(string? summary, string? line) => Assert.Equal(line, SummaryLine.Of(summary));

    [Fact]
    public void It_is_cut_between_characters()
    {
        var text = new string('a', 511);

        Assert.Equal(text, SummaryLine.Of(text + "😀 and more"));
        Assert.Equal(text + "b", SummaryLine.Of(text + "bc"));
    }
}
