namespace PyWharf.Application.Importing;

/// <summary>A file, or a whole project, that was not imported.</summary>
/// <param name="Project">The project, as the source names it.</param>
/// <param name="Filename">The file; null for the whole project.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record RefusedFile(string Project, string? Filename, string Reason);
