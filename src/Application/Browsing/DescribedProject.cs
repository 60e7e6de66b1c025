using PyWharf.Application.Rendering;

namespace PyWharf.Application.Browsing;

/// <summary>A project that was asked for. A closed union.</summary>
public abstract record DescribedProject
{
    private DescribedProject()
    {
    }

    /// <summary>It is in the repository.</summary>
    public sealed record Here(ProjectDetails Details) : DescribedProject;

    /// <summary>The repository does not have it: installers get it from the upstream index.</summary>
    /// <param name="Host">The host of the index, without credentials: <c>pypi.org</c>.</param>
    /// <param name="Page">What the repository's rules let pass.</param>
    public sealed record Upstream(string Host, ProjectPage Page) : DescribedProject;
}
