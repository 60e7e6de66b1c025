using System.Text.Json.Serialization;

namespace PyWharf.Application.Resolution;

/// <summary>What a repository does with one file of a project.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="Version">The version that the name has, normalised; null if it has none.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Offered">Whether installers get it.</param>
/// <param name="Rule">The rule that decided: <c>min_age</c>, <c>quarantined</c>, <c>deleted</c>, or <c>yanked</c>, which is offered; null if none did.</param>
/// <param name="Reason">One sentence for people.</param>
/// <param name="Until">When it will be offered, in the format of PEP 700; null if that is not known.</param>
public sealed record ExplainedFile(string Filename, string? Version, FileSource Source, bool Offered, string? Rule, string Reason, string? Until = null)
{
    /// <summary>The repository of the group that has it; null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Member { get; init; }
}
