using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>A project that an upstream index has, and that no rule keeps from coming as a whole.</summary>
/// <param name="Source">The index.</param>
/// <param name="Project">The project, before rules for single files.</param>
internal sealed record UpstreamOffer(UpstreamSource Source, UpstreamProject Project)
{
    private static readonly string Quarantined = StatusMarker.Quarantined.Text();

    /// <summary>The ruling against a file of the project; null if it may be offered.</summary>
    public Ruling? Against(PageFile file, DateTimeOffset now) => Project.Page.Status?.Marker == Quarantined
        ? new Ruling(Quarantined, $"The project {Project.Name} is quarantined at {Project.Host}: none of its files may be installed.")
        : Source.Rules.Against(Project.Name, file.Filename, Project.Since(file), now);
}
