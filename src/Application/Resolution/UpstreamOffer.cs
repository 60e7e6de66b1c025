using PyWharf.Application.Upstream;

namespace PyWharf.Application.Resolution;

/// <summary>A project that an upstream index has, and that no rule keeps from coming as a whole.</summary>
/// <param name="Source">The index.</param>
/// <param name="Project">The project, before rules for single files.</param>
internal sealed record UpstreamOffer(UpstreamSource Source, UpstreamProject Project);
