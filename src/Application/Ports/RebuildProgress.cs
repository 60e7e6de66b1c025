namespace PyWharf.Application.Ports;

/// <summary>Progress of an index rebuild.</summary>
/// <param name="Projects">Project folders done.</param>
/// <param name="TotalProjects">Project folders in all; 0 if that is unknown.</param>
/// <param name="Files">Files read.</param>
public sealed record RebuildProgress(int Projects, int TotalProjects, long Files);
