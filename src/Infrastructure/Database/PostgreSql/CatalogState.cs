namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The row of a catalog.</summary>
/// <param name="Revision">Of the newest change.</param>
/// <param name="ModifiedAt">When it was made, in microseconds of Unix time.</param>
/// <param name="Generation">Another one once what was computed from the rows may be wrong.</param>
/// <param name="Complete">The revision at which the whole storage was scanned; 0 before, when files may be missing.</param>
internal sealed record CatalogState(long Revision, long ModifiedAt, long Generation, long Complete);
