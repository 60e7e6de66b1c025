namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Numbers that tell one state of a table from all others.</summary>
internal static class Revisions
{
    /// <summary>
    /// The SQL of the revision after that of a row: the time in microseconds, or the next number where that is no later. A number that a failover lost is
    /// not given again, which a server that has seen it would not notice. The same within a transaction.
    /// </summary>
    public const string Next = "GREATEST(revision + 1, (extract(epoch FROM now()) * 1000000)::bigint)";
}
