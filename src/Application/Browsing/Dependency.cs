using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>A dependency that a release declares (PEP 508).</summary>
/// <param name="Name">The project's name as written; the whole text if it can't be read.</param>
/// <param name="Rest">What follows the name: extras, versions, markers.</param>
/// <param name="Here">The project, if this repository has it and the visitor may read it; null otherwise.</param>
public sealed partial record Dependency(string Name, string Rest, ProjectName? Here)
{
    /// <summary>Reads a value of Requires-Dist.</summary>
    /// <param name="text">The value.</param>
    /// <param name="isHere">Whether the repository offers a project to the visitor.</param>
    public static Dependency Parse(string text, Func<ProjectName, bool> isHere)
    {
        var match = Requirement().Match(text);

        return match.Success && ProjectName.TryParse(match.Groups["name"].Value, out var name)
            ? new Dependency(match.Groups["name"].Value, text[match.Length..], isHere(name) ? name : null)
            : new Dependency(text, "", null);
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?![A-Za-z0-9._-])")]
    private static partial Regex Requirement();
}
