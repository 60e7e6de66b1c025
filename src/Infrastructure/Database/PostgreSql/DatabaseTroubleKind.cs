namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>What can be expected of a next try at the database.</summary>
internal enum DatabaseTroubleKind
{
    /// <summary>The engine does not answer, or ends connections.</summary>
    Away,

    /// <summary>It answers, and refuses: a mistake of configuration.</summary>
    Refused,

    /// <summary>It answers, and has no room for this: connections, disk, or no right to write.</summary>
    Full,

    /// <summary>It works; this transaction waited in vain for others.</summary>
    Busy,
}
