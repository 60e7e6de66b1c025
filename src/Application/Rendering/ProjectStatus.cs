namespace PyWharf.Application.Rendering;

/// <summary>The status marker of a project (PEP 792).</summary>
/// <param name="Marker"><c>active</c>, <c>archived</c>, <c>quarantined</c> or <c>deprecated</c>.</param>
/// <param name="Reason">A human-readable reason; null if there is none.</param>
public sealed record ProjectStatus(string Marker, string? Reason = null);
