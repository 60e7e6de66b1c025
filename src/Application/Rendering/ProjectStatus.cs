namespace PyWharf.Application.Rendering;

/// <summary>The status marker of a project (PEP 792).</summary>
/// <param name="Marker"><c>active</c>, <c>archived</c>, <c>quarantined</c> or <c>deprecated</c>.</param>
/// <param name="Reason">For a person; null when none was given.</param>
public sealed record ProjectStatus(string Marker, string? Reason = null);
