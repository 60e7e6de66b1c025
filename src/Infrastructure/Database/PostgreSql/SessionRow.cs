namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>A session as a row of the database.</summary>
/// <param name="Repository">The repository's name.</param>
/// <param name="Actor">What the audit log calls it.</param>
/// <param name="Sealed">Its secrets (<see cref="SealedSession"/>).</param>
/// <param name="Notice">The result of its last action; null for none.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Seen">When it was in use, to the minute.</param>
internal sealed record SessionRow(string Repository, string Actor, byte[] Sealed, string? Notice, DateTimeOffset Expires, DateTimeOffset Seen);
