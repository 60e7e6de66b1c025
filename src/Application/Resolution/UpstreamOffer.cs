using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;

namespace PyWharf.Application.Resolution;

/// <summary>A project that an upstream index has, and that no rule keeps from coming as a whole.</summary>
/// <param name="Source">The index.</param>
/// <param name="Project">The project, before rules for single files.</param>
internal sealed record UpstreamOffer(UpstreamSource Source, UpstreamProject Project)
{
    /// <summary>Whether a file was uploaded until then, or first seen here where the index does not say when it was.</summary>
    public bool ExistedAt(PageFile file, DateTimeOffset moment) => Project.Since(file) <= moment;

    /// <summary>The ruling against a file of the project; null if it may be offered.</summary>
    public Ruling? Against(PageFile file, DateTimeOffset now) => Source.Rules.Against(Project.Name, file.Filename, Project.Since(file), now);
}
