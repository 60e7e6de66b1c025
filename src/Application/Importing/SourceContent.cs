namespace PyWharf.Application.Importing;

/// <summary>The content of a source.</summary>
/// <param name="Projects">The projects, in the order in which they are imported.</param>
/// <param name="PassedOver">How many files were passed over, as they are no distributions.</param>
public sealed record SourceContent(IReadOnlyList<SourceProject> Projects, int PassedOver = 0);
