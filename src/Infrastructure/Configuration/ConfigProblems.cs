using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>What is wrong with a document, as one line each that begins with its name, line and column. None has a secret.</summary>
/// <param name="sourceName">The name of the document.</param>
internal sealed class ConfigProblems(string sourceName)
{
    private readonly List<(TomlPosition Position, string Message)> _found = [];

    /// <summary>The first that was found; null if there is none.</summary>
    public string? First => _found.Count == 0 ? null : Line(_found[0].Message, _found[0].Position);

    /// <summary>All, in the order of the document.</summary>
    public IReadOnlyList<string> All =>
    [
        .. _found.Distinct().OrderBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column).Select(problem => Line(problem.Message, problem.Position)),
    ];

    public void Add(string message, TomlPosition position) => _found.Add((position, message));

    /// <summary>A line about a position in the document.</summary>
    public string Line(string message, TomlPosition position) => $"{PlaceOf(position)}: {message}";

    /// <summary>A position as <c>document:line:column</c>.</summary>
    public string PlaceOf(TomlPosition position) => $"{sourceName}:{position}";
}
