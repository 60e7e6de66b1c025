using PyWharf.Application.Upstream;

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
    public sealed record Upstream(UpstreamProject Project) : DescribedProject;
}
