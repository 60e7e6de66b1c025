namespace PyWharf.Application.Rendering;

/// <summary>Makes index pages (PEP 503, 691). Nothing is done before somebody asks for a representation of the page.</summary>
public static class SimplePage
{
    /// <summary>The page of a project.</summary>
    public static RenderedPage Render(ProjectPage page) => Render(() => page);

    /// <summary>The page of a project whose model need not be kept: it is asked for once per representation that is made.</summary>
    public static RenderedPage Render(Func<ProjectPage> page) =>
        new(() => SimpleHtml.Project(page()), () => SimpleJson.Project(page()));

    /// <summary>The page that lists all projects, in the order given.</summary>
    /// <param name="projects">
    /// Normalised names; they are enumerated anew for each representation, when that is first asked for, and must not change.
    /// </param>
    public static RenderedPage RenderProjectList(IEnumerable<string> projects) =>
        new(() => SimpleHtml.ProjectList(projects), () => SimpleJson.ProjectList(projects));
}
