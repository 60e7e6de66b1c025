using System.Text;
using PyWharf.Application.Administration;

namespace PyWharf.Unit.Application.Administration;

public sealed class ConfigurationTextTests
{
    private const string Document = "[team]\ntype = \"file_system\"\nread_secret = \"grün☃𝄞\"\n";

    [Fact]
    public void Utf8_is_read_with_a_mark_and_without()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Document);

        Assert.Equal(Document, Read(bytes));
        Assert.Equal(Document, Read([.. Encoding.UTF8.Preamble, .. bytes]));
        Assert.Equal("", Read([]));
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void Utf16_is_named(string encoding, bool hasMark)
    {
        var utf16 = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. hasMark ? utf16.Preamble : [], .. utf16.GetBytes(Document)];

        Assert.Equal("c.toml:1:1: this is UTF-16: save the file as UTF-8", ProblemOf(bytes));
    }

    [Theory]
    [InlineData("[team]\nread_secret = \"gr", 0xFC, "2:18")]
    [InlineData("", 0xFF, "1:1")]
    [InlineData("# ☃𝄞", 0x80, "1:5")]
    [InlineData("a = 1\r\n# only a comment ", 0xE4, "2:18")]
    public void The_first_byte_that_is_wrong_is_named_with_its_place(string before, byte wrong, string place)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(before), wrong, .. "n\"\n"u8];

        Assert.Equal($"c.toml:{place}: this is no UTF-8: save the file as UTF-8", ProblemOf(bytes));
    }

    [Fact]
    public void A_character_that_is_cut_off_is_wrong() => Assert.StartsWith("c.toml:1:3: ", ProblemOf([.. "a "u8, 0xE2, 0x98]), StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_and_an_overlong_form_are_wrong()
    {
        Assert.StartsWith("c.toml:1:1: ", ProblemOf([0xED, 0xA0, 0x80]), StringComparison.Ordinal);
        Assert.StartsWith("c.toml:1:1: ", ProblemOf([0xC0, 0xAF]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_else_replaced_is_seen()
    {
        Assert.Null(ConfigurationText.ProblemOf(Document, "--config"));
        Assert.StartsWith("--config:2:4: ", ConfigurationText.ProblemOf("a=1\n☃𝄞=\uFFFD", "--config"), StringComparison.Ordinal);
    }

    private static string Read(byte[] bytes)
    {
        Assert.True(ConfigurationText.TryDecode(bytes, "c.toml", out var text, out var problem), problem);

        return text;
    }

    private static string ProblemOf(byte[] bytes)
    {
        Assert.False(ConfigurationText.TryDecode(bytes, "c.toml", out var text, out var problem), text);

        return problem;
    }
}
