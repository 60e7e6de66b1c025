using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Shares values that many rows repeat while a catalog is read: a hundred thousand files have few projects and fewer specifiers.</summary>
internal sealed class InternedValues
{
    // Longer ones are repeated less, and memory on the stack has its limits.
    private const int MaxTextBytes = 512;

    private readonly Dictionary<string, ProjectName?> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RequiresPython?> _specifiers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public bool TryGet(string normalized, [NotNullWhen(true)] out ProjectName? name)
    {
        if (!_names.TryGetValue(normalized, out name))
        {
            name = ProjectName.TryParse(normalized, out var parsed) ? parsed : null;
            _names.Add(normalized, name);
        }

        return name is not null;
    }

    public RequiresPython? Specifier(string text)
    {
        if (!_specifiers.TryGetValue(text, out var specifier))
        {
            specifier = RequiresPython.TryParse(text, out var parsed) ? parsed : null;
            _specifiers.Add(text, specifier);
        }

        return specifier;
    }

    public string Text(string text)
    {
        if (!_texts.TryGetValue(text, out var shared))
        {
            shared = text;
            _texts.Add(text, shared);
        }

        return shared;
    }
    /// <summary>The same for a text in UTF-8, without a string of its own.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxTextBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> chars = stackalloc char[MaxTextBytes];
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!texts.TryGetValue(text, out var shared))
        {
            shared = text.ToString();
            _texts.Add(shared, shared);
        }

        return shared;
    }
}
