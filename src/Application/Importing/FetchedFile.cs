using PyWharf.Application.Ports;

namespace PyWharf.Application.Importing;

/// <summary>A file that was copied from a source.</summary>
/// <param name="Staged">Its content; the receiver disposes it.</param>
/// <param name="UploadedAt">When it was uploaded there, as far as that shows; null if it does not.</param>
/// <param name="UploadedBy">Who uploaded it there, as far as that shows; null if it does not.</param>
public sealed record FetchedFile(StagedFile Staged, DateTimeOffset? UploadedAt, string? UploadedBy = null);
