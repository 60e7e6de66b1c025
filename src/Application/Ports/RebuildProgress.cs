namespace PyWharf.Application.Ports;

/// <summary>How far a rebuild is.</summary>
/// <param name="Projects">Project folders done.</param>
/// <param name="TotalProjects">Project folders there are; 0 where that is not known.</param>
/// <param name="Files">Files read.</param>
public sealed record RebuildProgress(int Projects, int TotalProjects, long Files);
