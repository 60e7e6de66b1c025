namespace PyWharf.Integration.Support;

/// <summary>A file as a project's page lists it.</summary>
/// <param name="Project">Normalised name.</param>
/// <param name="Filename">The distribution file's name.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record ListedFile(string Project, string Filename, string Sha256);
