namespace PyWharf.Application.Rendering;

/// <summary>What the page of one project says. The order of versions and files is the order on the page.</summary>
/// <param name="Name">The normalised name.</param>
/// <param name="Files">Every file that is offered; may be empty.</param>
public sealed record ProjectPage(string Name, IReadOnlyList<PageFile> Files)
{
    /// <summary>Every version that exists, each once, oldest first; null when they are not known.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>Null when the project is active, or when nothing is known of its status.</summary>
    public ProjectStatus? Status { get; init; }

    /// <summary>
    /// The version of the API that the JSON of this page keeps: 1.1 made the versions and every size mandatory, so a page that lacks
    /// one of them is of 1.0 and leaves out all sizes.
    /// </summary>
    public string ApiVersion => Versions is not null && Files.All(file => file.Size is not null) ? "1.4" : "1.0";
}
