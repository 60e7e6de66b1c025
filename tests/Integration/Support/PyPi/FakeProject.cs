namespace PyWharf.Integration.Support.PyPi;

/// <summary>A project of <see cref="FakePyPi"/>.</summary>
/// <param name="Name">Its normalised name.</param>
/// <param name="Files">Its files, in the order of the page.</param>
internal sealed record FakeProject(string Name, params IReadOnlyList<FakeFile> Files)
{
    /// <summary>The name on the page.</summary>
    public string Title { get; init; } = Name;

    /// <summary>The status marker (PEP 792); null for none.</summary>
    public string? Status { get; init; }

    public string? StatusReason { get; init; }

    /// <summary>Whether the page has a list of versions.</summary>
    public bool HasVersions { get; init; } = true;
}
