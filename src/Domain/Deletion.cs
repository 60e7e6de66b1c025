namespace PyWharf.Domain;

/// <summary>What stays of a deleted file, so that its name never stands for other bytes.</summary>
/// <param name="At">When it was deleted.</param>
/// <param name="Sha256">Of the bytes that it had.</param>
public sealed record Deletion(DateTimeOffset At, Sha256Digest Sha256);
