namespace PyWharf.Infrastructure.Audit;

/// <summary>A file of the audit log, open for reading.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Content">Its content, to which lines may be added meanwhile.</param>
/// <param name="Length">How much of it belongs to the snapshot, in bytes.</param>
internal sealed record AuditSnapshotFile(string Name, FileStream Content, long Length);
