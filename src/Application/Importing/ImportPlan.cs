using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>What is imported, and how.</summary>
/// <param name="Repository">The name of the repository that files are imported into.</param>
/// <param name="Target">The repository; null if it has no storage yet, in a dry run.</param>
/// <param name="Scope">The projects that are imported.</param>
/// <param name="Jobs">How many files are worked on at a time.</param>
/// <param name="IsDryRun">Whether nothing is changed.</param>
public sealed record ImportPlan(RepositoryName Repository, Repository? Target, ProjectScope Scope, int Jobs, bool IsDryRun);
