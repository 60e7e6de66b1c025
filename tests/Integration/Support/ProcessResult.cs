namespace PyWharf.Integration.Support;

/// <summary>What a program that ended has left.</summary>
/// <param name="ExitCode">0 where it went well; 128 + signal where a signal ended it.</param>
/// <param name="Stdout">All it wrote to standard output.</param>
/// <param name="Stderr">All it wrote to standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>This result where the program did what it was asked to; fails the test with all output where not.</summary>
    public ProcessResult Succeeded()
    {
        Assert.True(ExitCode == 0, ToString());

        return this;
    }

    /// <summary>This result where the program failed; fails the test where not.</summary>
    public ProcessResult Failed()
    {
        Assert.True(ExitCode != 0, ToString());

        return this;
    }

    /// <summary>This result where the program said that, broken into lines as it likes; fails the test where not.</summary>
    public ProcessResult Saying(string words)
    {
        Assert.True(Unbroken(ToString()).Contains(Unbroken(words), StringComparison.Ordinal), $"Not said: {words}\n{this}");

        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\n{Stdout}\n{Stderr}";

    private static string Unbroken(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
}
