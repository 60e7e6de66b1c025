using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Error messages for strings that the lexer rejects, or should.</summary>
internal static class TomlStringErrors
{
    public const string NotClosed = "this string is not closed";

    /// <summary>Whether the lexer's error means that the string is not closed; all its other errors in strings are about escapes.</summary>
    public static bool IsNotClosed(DiagnosticMessage error) =>
        error.Message.StartsWith("Invalid End-Of-File", StringComparison.Ordinal) || error.Message.StartsWith("Invalid newline", StringComparison.Ordinal);

    /// <summary>The message for an invalid escape.</summary>
    /// <param name="text">The text from its backslash on.</param>
    public static string Escape(ReadOnlySpan<char> text) => text switch
    {
        ['\\', 'x', ..] => NeedsDigits('x', 2),
        ['\\', 'u', ..] => NeedsDigits('u', 4),
        ['\\', 'U', ..] => NeedsDigits('U', 8),
        _ => "unknown escape; a backslash itself is written \\\\",
    };

    /// <summary>The first backslash before a space or tab that does not continue the line; -1 if there is none.</summary>
    /// <param name="text">A basic string.</param>
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
