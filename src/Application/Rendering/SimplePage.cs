namespace PyWharf.Application.Rendering;

/// <summary>Renders index pages (PEP 503, 691), lazily: at the first use of a representation.</summary>
public static class SimplePage
{
    // About half a mebibyte.
    private const int ManyFiles = 2000;

    /// <summary>The page of a project.</summary>
    public static RenderedPage Render(ProjectPage page) => Render(() => page);

    /// <summary>The page of a project whose content is created once per rendered representation, and not kept.</summary>
    public static RenderedPage Render(Func<ProjectPage> page) =>
        new(() => SimpleHtml.Project(page()), () => SimpleJson.Project(page()));

    /// <summary>The same for one response only.</summary>
    /// <param name="page">Creates the content.</param>
    /// <param name="files">How many files it has at most.</param>
    public static RenderedPage RenderOnce(Func<ProjectPage> page, int files) =>
        new(() => SimpleHtml.Project(page()), () => SimpleJson.Project(page())) { IsLargeAndPassing = files > ManyFiles };

    /// <summary>The project list page, in the given order.</summary>
    /// <param name="projects">
    /// Normalised names, enumerated once per representation when it is rendered; they must not change.
    /// </param>
    /// <param name="isView">Whether these are only the projects that some readers may see; such a page shares no ETag with the whole list.</param>
    public static RenderedPage RenderProjectList(IEnumerable<string> projects, bool isView = false) =>
        new(() => SimpleHtml.ProjectList(projects), () => SimpleJson.ProjectList(projects), isView);
}
