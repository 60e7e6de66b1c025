namespace PyWharf.Application.Rendering;

/// <summary>What the page of one project says. The order of versions and files is the order on the page.</summary>
/// <param name="Name">The normalised name.</param>
/// <param name="Files">Every file that is offered; may be empty.</param>
public sealed record ProjectPage(string Name, IReadOnlyList<PageFile> Files)
{
    /// <summary>The version of the API that this server speaks (PEP 792).</summary>
    internal const string FullApiVersion = "1.4";

    /// <summary>The last one under which sizes and versions were optional.</summary>
    internal const string WithoutSizes = "1.0";

    /// <summary>Every version that exists, each once, oldest first; null when they are not known.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>Null when nothing needs to be said: the project is active.</summary>
    public ProjectStatus? Status { get; init; }

    /// <summary>
    /// The version of the API that the JSON of this page keeps. PEP 700 made versions and sizes mandatory, so a page that lacks one of
    /// them is of the version before, and leaves out every size.
    /// </summary>
    public string ApiVersion => Versions is not null && Files.All(file => file.Size is not null) ? FullApiVersion : WithoutSizes;
}
