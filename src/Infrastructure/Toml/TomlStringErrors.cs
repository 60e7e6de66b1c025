using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>What is wrong with a string: an escape, or where it ends.</summary>
internal static class TomlStringErrors
{
    public const string NotClosed = "this string is not closed";

    /// <summary>Whether an error of the lexer in a string is that it is not closed, on its line or at all; otherwise it is an escape.</summary>
    public static bool IsNotClosed(DiagnosticMessage error) =>
        error.Message.StartsWith("Invalid End-Of-File", StringComparison.Ordinal) || error.Message.StartsWith("Invalid newline", StringComparison.Ordinal);

    /// <summary>What is wrong with an escape.</summary>
    /// <param name="text">From its backslash on.</param>
    public static string Escape(ReadOnlySpan<char> text) => text switch
    {
        ['\\', 'x', ..] => NeedsDigits('x', 2),
        ['\\', 'u', ..] => NeedsDigits('u', 4),
        ['\\', 'U', ..] => NeedsDigits('U', 8),
        _ => "unknown escape; a backslash itself is written \\\\",
    };

    /// <summary>Where a basic string has a backslash with a blank behind it that does not stand at the end of a line; -1 where there is none.</summary>
    public static int EscapedBlankIn(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (text[start..].IndexOf('\\') is >= 0 and var length && start + length + 1 < text.Length)
        {
            var escape = start + length;
            if (text[escape + 1] is ' ' or '\t' && !text[(escape + 1)..].TrimStart(" \t").StartsWith('\n'))
            {
                return escape;
            }

            start = escape + 2;
        }

        return -1;
    }

    private static string NeedsDigits(char letter, int digits) => $"\\{letter} needs {digits} hexadecimal digits that name a Unicode character";
}
