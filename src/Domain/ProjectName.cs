using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// The name of a project. Names are equal, sort and hash by their PEP 503 normal form: <c>My_.Pkg</c> is <c>my-pkg</c>.
/// </summary>
[SuppressMessage("Design", "CA1036:Override methods on comparable types", Justification = "They are sorted; no code asks which of two is smaller by an operator.")]
public sealed record ProjectName : IComparable<ProjectName>
{
    // The specification sets no limit. A longer name fits neither a folder nor the name of a distribution file.
    private const int MaxLength = 255;

    private readonly string _normalized;

    private ProjectName(string display, string normalized)
    {
        Display = display;
        _normalized = normalized;
    }

    /// <summary>The name as written.</summary>
    public string Display { get; }

    /// <summary>Whether the name was written in its normal form.</summary>
    public bool IsNormalized => Display == _normalized;

    /// <summary>Reads a name: ASCII letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, a letter or digit at both ends.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ProjectName? name)
    {
        name = text is not null && IsValid(text) ? new ProjectName(text, Normalize(text)) : null;
        return name is not null;
    }

    public int CompareTo(ProjectName? other) => string.CompareOrdinal(_normalized, other?._normalized);

    public bool Equals(ProjectName? other) => _normalized == other?._normalized;

    public override int GetHashCode() => _normalized.GetHashCode(StringComparison.Ordinal);

    /// <summary>The normal form, used in URLs.</summary>
    public override string ToString() => _normalized;

    /// <summary>The length of the part of <paramref name="text"/> that spells this name and ends before a <c>-</c>; -1 if there is none.</summary>
    internal int PrefixLength(ReadOnlySpan<char> text)
    {
        var at = 0;
        foreach (var expected in _normalized)
        {
            if (at == text.Length || NormalForm(text[at]) != expected)
            {
                return -1;
            }

            at++;
            while (expected == '-' && at < text.Length && NormalForm(text[at]) == '-')
            {
                at++;
            }
        }

        return at < text.Length && text[at] == '-' ? at : -1;
    }

    private static bool IsValid(string text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Normalize(string text)
    {
        Span<char> normal = stackalloc char[MaxLength];
        var length = 0;
        foreach (var c in text)
        {
            var next = NormalForm(c);
            if (next != '-' || normal[length - 1] != '-')
            {
                normal[length++] = next;
            }
        }

        return text.AsSpan().SequenceEqual(normal[..length]) ? text : new string(normal[..length]);
    }

    private static char NormalForm(char c) => c is '_' or '.' ? '-' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
