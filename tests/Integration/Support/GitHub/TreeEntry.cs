namespace PyWharf.Integration.Support.GitHub;

/// <summary>An entry of a tree; the size is null for a folder.</summary>
internal sealed record TreeEntry(string Path, string Mode, string Type, string Sha, long? Size);
