using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>What an exception of the driver says about the database.</summary>
/// <param name="Kind">What can be expected of a next try.</param>
/// <param name="Reason">Why it can't be used, for the log.</param>
internal sealed record DatabaseTrouble(DatabaseTroubleKind Kind, string Reason)
{
    /// <summary>What an exception says that came while a connection was opened.</summary>
    public static DatabaseTrouble? OfOpening(Exception exception) => exception switch
    {
        NewerSchemaException => Of(exception),
        IOException or SocketException or TimeoutException => new(DatabaseTroubleKind.Away, Describe(exception)), // such as of a name that has no address
        _ => Of(exception),
    };

    /// <summary>
    /// What an exception says that came while a connection was used; null where it is not one of the driver, or not of the database but of what it was
    /// asked (a bug).
    /// </summary>
    public static DatabaseTrouble? Of(Exception exception) => exception switch
    {
        NewerSchemaException => new(DatabaseTroubleKind.Refused, exception.Message),
        PostgresException postgres => Of(postgres),
        NpgsqlException { InnerException: PostgresException postgres } when Of(postgres) is { } trouble => trouble,
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Select(OfOpening).OfType<DatabaseTrouble>().MaxBy(trouble => trouble.Kind),
        NpgsqlException { InnerException: null } pool when pool.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
            new(DatabaseTroubleKind.Busy, "all connections of this server are in use"),
        NpgsqlException { InnerException: AuthenticationException tls } => new(DatabaseTroubleKind.Refused, $"TLS failed: {tls.Message}"),
        NpgsqlException { InnerException: null } ssl when ssl.Message.Contains("SSL", StringComparison.Ordinal) => new(DatabaseTroubleKind.Refused, ssl.Message),
        NpgsqlException npgsql => new(DatabaseTroubleKind.Away, Describe(npgsql)),
        _ => null,
    };

    private static DatabaseTrouble? Of(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => new(DatabaseTroubleKind.Refused, "it refuses the user or the password"),
        PostgresErrorCodes.InvalidAuthorizationSpecification => new(DatabaseTroubleKind.Refused, $"it refuses the user: {exception.MessageText}"),
        PostgresErrorCodes.InvalidCatalogName => new(DatabaseTroubleKind.Refused, $"there is no such database: {exception.MessageText}"),
        PostgresErrorCodes.InsufficientPrivilege => new(DatabaseTroubleKind.Refused, $"the user lacks a right: {exception.MessageText}"),
        PostgresErrorCodes.TooManyConnections => new(DatabaseTroubleKind.Full, "it has no connection left (max_connections)"),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure => new(DatabaseTroubleKind.Busy, $"others use the same rows: {exception.MessageText}"),
        PostgresErrorCodes.ReadOnlySqlTransaction => new(DatabaseTroubleKind.Full, "it is read-only: a standby, or an engine that was told to be"),
        PostgresErrorCodes.DiskFull => new(DatabaseTroubleKind.Full, $"its disk is full: {exception.MessageText}"),
        ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or ['2', '5', 'P', ..] => new(DatabaseTroubleKind.Away, exception.MessageText),
        _ => null,
    };

    private static string Describe(Exception exception) => exception switch
    {
        { InnerException: SocketException socket } => socket.Message,
        { InnerException: TimeoutException } or TimeoutException => "it does not answer",
        _ => exception.Message,
    };
}
