namespace PyWharf.Application.Importing;

/// <summary>A warning about a file that was imported.</summary>
/// <param name="Filename">The file.</param>
/// <param name="Warning">A sentence for people.</param>
public sealed record ImportWarning(string Filename, string Warning);
