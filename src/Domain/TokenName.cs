using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// What people call a token: a key of the configuration, an argument of commands, a segment of a URL, the actor in the audit log. Case does not
/// matter; it is kept lower-case.
/// </summary>
public sealed record TokenName
{
    private const int MaxLength = 100;

    private readonly string _value;

    private TokenName(string value) => _value = value;

    /// <summary>Reads a name; <paramref name="problem"/> is a sentence for the person who chose it.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, [NotNullWhen(true)] out TokenName? name, [NotNullWhen(false)] out string? problem)
    {
        text ??= "";
        problem = text switch
        {
            "" => "A token name must not be empty.",
            { Length: > MaxLength } => $"A token name has at most {MaxLength} characters; this one has {text.Length}.",
            _ when text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')) => "A token name consists of ASCII letters, digits, '.', '_' and '-'.",
            _ when !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]) => "A token name begins and ends with an ASCII letter or digit.",
            _ => null,
        };
        name = problem is null ? new TokenName(text.ToLowerInvariant()) : null;

        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => _value;
}
