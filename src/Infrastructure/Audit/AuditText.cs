namespace PyWharf.Infrastructure.Audit;

/// <summary>A line as it is in the log.</summary>
/// <param name="Bytes">Without its newline.</param>
/// <param name="IsWhole">Whether it ends with one.</param>
internal readonly record struct AuditText(ReadOnlyMemory<byte> Bytes, bool IsWhole);
