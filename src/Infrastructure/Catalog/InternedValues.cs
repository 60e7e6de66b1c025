using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Shares values that many rows repeat while a catalog is read: a hundred thousand files have few projects and fewer specifiers.</summary>
internal sealed class InternedValues
{
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
}
