namespace PyWharf.Application.Ports;

/// <summary>Result of comparing index and storage.</summary>
/// <param name="Files">Files in the storage now.</param>
/// <param name="Published">How many of them were added to the index or corrected.</param>
/// <param name="Removed">How many files were removed from the index.</param>
public sealed record SyncReport(long Files, int Published, int Removed);
