namespace PyWharf.Domain;

/// <summary>The record of a deleted file; its name is never reused for other bytes.</summary>
/// <param name="At">When it was deleted.</param>
/// <param name="Sha256">Digest of its bytes.</param>
public sealed record Deletion(DateTimeOffset At, Sha256Digest Sha256);
