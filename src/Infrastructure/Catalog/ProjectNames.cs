using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Shares what many rows repeat while a catalog is read: a hundred thousand files have few projects and fewer specifiers.</summary>
internal sealed class ProjectNames
{
    private readonly Dictionary<string, ProjectName> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RequiresPython?> _specifiers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public ProjectName this[string normalized]
    {
        get
        {
            if (!_names.TryGetValue(normalized, out var name))
            {
                if (!ProjectName.TryParse(normalized, out name))
                {
                    throw new InvalidDataException($"The catalog holds a project named {normalized}, which is none.");
                }

                _names.Add(normalized, name);
            }

            return name;
        }
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
