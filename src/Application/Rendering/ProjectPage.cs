namespace PyWharf.Application.Rendering;

/// <summary>The content of a project page. Versions and files are in the order of the page.</summary>
/// <param name="Name">The normalised name.</param>
/// <param name="Files">The offered files; may be empty.</param>
public sealed record ProjectPage(string Name, IReadOnlyList<PageFile> Files)
{
    /// <summary>The API version of this server (PEP 792).</summary>
    internal const string FullApiVersion = "1.4";

    /// <summary>The last API version in which sizes and versions are optional.</summary>
    internal const string WithoutSizes = "1.0";

    /// <summary>All versions without duplicates, oldest first; null if unknown.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>The status; null if the project is active without a reason.</summary>
    public ProjectStatus? Status { get; init; }

    /// <summary>
    /// The API version of this page's JSON. PEP 700 made versions and sizes mandatory, so a page that lacks any of them declares the version before,
    /// and omits all sizes.
    /// </summary>
    public string ApiVersion => Versions is not null && Files.All(file => file.Size is not null) ? FullApiVersion : WithoutSizes;
}
