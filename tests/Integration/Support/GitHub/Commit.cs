using System.Collections.Immutable;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>A commit; its files are the names of blobs by path.</summary>
internal sealed record Commit(
    string Sha, string Tree, string? Parent, DateTimeOffset Date, string Message, ImmutableSortedDictionary<string, string> Files);
