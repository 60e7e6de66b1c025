using Npgsql;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The pools of connections to a database. Locks have a pool of their own: while they are held, what they protect needs a connection of the other.
/// </summary>
internal sealed class PostgreSqlSources : IAsyncDisposable
{
    /// <summary>The most connections of each pool. PostgreSQL has 100 unless told otherwise (max_connections).</summary>
    public const int PoolSize = 16;

    private const int CommandSeconds = 5;

    // In milliseconds. A transaction waits for others as long as an upload waits for a lock file; one whose server was cut off ends soon.
    private const int LockTimeout = 4000;
    private const int IdleTransactionTimeout = 10_000;

    // The engine notices within 11 s that the machine of a connection is gone.
    private const string Keepalive = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3";

    /// <summary>The pools for a URL; connects nowhere.</summary>
    public PostgreSqlSources(DatabaseUrl url)
    {
        Url = url;
        Shared = Build(url, settings => settings.Options =
            $"-c lock_timeout={LockTimeout} -c idle_in_transaction_session_timeout={IdleTransactionTimeout} {Keepalive}");
        Locks = Build(url, settings => settings.Options = $"-c idle_in_transaction_session_timeout={2 * IdleTransactionTimeout} {Keepalive}");
        Unpooled = Build(url, settings =>
        {
            settings.Options = Keepalive;
            settings.Pooling = false;
        });
    }

    /// <summary>Where the database is.</summary>
    public DatabaseUrl Url { get; }

    /// <summary>For reads and transactions.</summary>
    public NpgsqlDataSource Shared { get; }

    /// <summary>For transactions that hold a lock while files are written, and ask the engine something at least every ten seconds.</summary>
    public NpgsqlDataSource Locks { get; }

    /// <summary>Entered before a connection of <see cref="Locks"/> is opened, so that waiting for one is no failure.</summary>
    public SemaphoreSlim LockConnections { get; } = new(PoolSize);

    /// <summary>For connections that live as long as the server.</summary>
    public NpgsqlDataSource Unpooled { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Shared.DisposeAsync();
        await Locks.DisposeAsync();
        await Unpooled.DisposeAsync();
        LockConnections.Dispose();
    }

    private static NpgsqlDataSource Build(DatabaseUrl url, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var settings = url.Settings;
        settings.ApplicationName ??= "pywharf";
        settings.CommandTimeout = CommandSeconds;
        settings.CancellationTimeout = -1; // a connection that does not answer is given up, without another one that asks to cancel
        settings.MaxPoolSize = PoolSize;
        settings.ConnectionIdleLifetime = 60;
        settings.NoResetOnClose = true; // no connection of a pool is left with a state
        settings.MaxAutoPrepare = 64;
        settings.AutoPrepareMinUsages = 2;
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = 5;
        settings.TcpKeepAliveInterval = 2;
        settings.HostRecheckSeconds = 1; // a host that failed over is found soon
        configure(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);

        return url.Target == TargetSessionAttributes.Any ? builder.Build() : builder.BuildMultiHost().WithTargetSession(url.Target);
    }
}
