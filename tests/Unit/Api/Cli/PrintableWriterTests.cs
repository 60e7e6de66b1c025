using PyWharf.Api.Cli;

namespace PyWharf.Unit.Api.Cli;

public sealed class PrintableWriterTests
{
    [Theory]
    [InlineData("a line\n\tand äöü 漢字 🐍 C:\\u", "a line\n\tand äöü 漢字 🐍 C:\\u")]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "\\u001b[2J\\u001b]0;title\\u0007")]
    [InlineData("one\rother\0\u007f\u0085\u009b31m", "one\\u000dother\\u0000\\u007f\\u0085\\u009b31m")]
    [InlineData("\u202egpj.exe\u2066\u2028", "\\u202egpj.exe\\u2066\\u2028")]
    [InlineData("", "")]
    public void What_would_drive_a_terminal_is_escaped(string text, string written)
    {
        using var inner = new StringWriter();
        using var writer = new PrintableWriter(inner);

        writer.Write(text);
        writer.Write(text.ToCharArray(), 0, text.Length);
        writer.Write(text.AsSpan());
        foreach (var character in text)
        {
            writer.Write(character);
        }

        Assert.Equal(written + written + written + written, inner.ToString());
    }

    [Fact]
    public async Task Whole_lines_are_written_as_the_inner_writer_ends_them()
    {
        await using var inner = new StringWriter { NewLine = "\n" };
        await using var writer = new PrintableWriter(inner) { NewLine = "\n" };

        await writer.WriteLineAsync("a\u001b");
        writer.WriteLine("b");

        Assert.Equal("a\\u001b\nb\n", inner.ToString());
    }
}
