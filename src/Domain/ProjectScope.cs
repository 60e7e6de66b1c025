namespace PyWharf.Domain;

/// <summary>The projects that a credential is good for: those that any of its patterns matches. Immutable.</summary>
public sealed class ProjectScope
{
    private readonly NamePattern[] _patterns;

    /// <summary>The projects that match any of the patterns; none without a pattern.</summary>
    public ProjectScope(IEnumerable<NamePattern> patterns)
    {
        _patterns = [.. patterns.Distinct()];
        IsAll = Array.Exists(_patterns, pattern => pattern.ToString() == "*");
    }

    /// <summary>Every project.</summary>
    public static ProjectScope All { get; } = new([NamePattern.Any]);

    /// <summary>Whether it has every project, so that nothing needs to be filtered.</summary>
    public bool IsAll { get; }

    /// <summary>Its patterns.</summary>
    public IReadOnlyList<NamePattern> Patterns => _patterns;

    /// <summary>Whether it has the project.</summary>
    public bool Includes(ProjectName project) => IsAll || Array.Exists(_patterns, pattern => pattern.Matches(project));

    /// <summary>Whether it has every project that the other scope has. Where that can't be told from the patterns one by one, it says no.</summary>
    public bool Includes(ProjectScope other) =>
        IsAll || other._patterns.All(theirs => Array.Exists(_patterns, pattern => pattern.Includes(theirs)));
}
