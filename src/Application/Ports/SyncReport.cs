namespace PyWharf.Application.Ports;

/// <summary>What a comparison of index and storage found.</summary>
/// <param name="Files">Files in the storage now.</param>
/// <param name="Published">How many of them the index did not have, or had otherwise.</param>
/// <param name="Removed">How many files the index had that are gone.</param>
public sealed record SyncReport(long Files, int Published, int Removed);
