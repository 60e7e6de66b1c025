using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Sessions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Sessions;
using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Storage;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure;

/// <summary>What stands behind the ports.</summary>
public static class DependencyInjection
{
    /// <summary>Registers every port's implementation.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="root">The folder below which the server's files lie, absolute.</param>
    /// <param name="upstream">The index that is asked for projects that no repository has; null asks none.</param>
    /// <param name="lifetimes">How long a remote storage's answer about a secret is believed; null for an hour and five minutes.</param>
    /// <param name="maxAuditBytes">The size from which a file of the audit log is full.</param>
    /// <param name="database">The database that servers share; null where each keeps its state in files below its root.</param>
    public static IServiceCollection AddInfrastructure(
        this IServiceCollection services,
        string root,
        Uri? upstream,
        AuthenticationLifetimes? lifetimes = null,
        long maxAuditBytes = AuditFiles.DefaultMaxBytes,
        DatabaseUrl? database = null)
    {
        services.AddSingleton(lifetimes ?? new AuthenticationLifetimes(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ServerRoot(root));
        if (database is null)
        {
            AddLocalState(services, maxAuditBytes);
        }
        else
        {
            AddSharedState(services, database, maxAuditBytes);
        }

        services.TryAddSingleton(UrlPrefix.None);
        services.AddSingleton<BackendCatalog>();
        services.AddSingleton<IHotFiles, HotFiles>();
        services.AddSingleton<IStorageFaults>(provider => new StorageFaults(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StorageFaults>>()));
        services.AddSingleton<RepositoryOpener>();
        services.AddSingleton<IBackendOpener, BackendOpener>();
        services.AddSingleton<IRepositories, Repositories>();
        services.AddSingleton(provider => new UpstreamOpener(
            upstream, root, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UpstreamIndex>>()));

        return services;
    }

    /// <summary>Indexes, access, audit log and stored configuration in files below the root, and sessions in memory.</summary>
    private static void AddLocalState(IServiceCollection services, long maxAuditBytes)
    {
        services.AddSingleton<ICatalogFactory>(provider => new SqliteCatalogFactory(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteCatalog>>()));
        services.AddSingleton<IMaintenanceLease, SoleServer>();
        services.AddSingleton<IConfigurationStore, FileConfigurationStore>();
        services.AddSingleton<ITokenStore>(provider => new SqliteTokenStore(
            provider.GetRequiredService<ServerRoot>().At(SqliteTokenStore.FileName),
            provider.GetRequiredService<ServerRoot>().At("lock", ".tokens"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SqliteTokenStore>>()));
        services.AddSingleton<ISessionStore, InMemorySessionStore>();
        services.AddSingleton<IAuditLog>(provider => new AuditLog(
            new AuditFiles(provider.GetRequiredService<ServerRoot>().At("log")),
            maxAuditBytes,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<IInterruptedUploads, InterruptedUploads>();
    }

    /// <summary>The same in a database, for all servers that share it.</summary>
    private static void AddSharedState(IServiceCollection services, DatabaseUrl database, long maxAuditBytes)
    {
        services.AddSingleton(provider => new PostgreSqlDatabase(
            database, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PostgreSqlDatabase>>()));
        services.AddSingleton<ICatalogFactory, PostgreSqlCatalogFactory>();
        services.AddSingleton<IMaintenanceLease, PostgreSqlMaintenanceLease>();
        services.AddSingleton<PostgreSqlServers>();
        services.AddSingleton<IConfigurationStore, PostgreSqlConfigurationStore>();
        services.AddSingleton<ITokenStore, PostgreSqlTokenStore>();
        services.AddSingleton<ISessionStore, PostgreSqlSessionStore>();
        services.AddSingleton<ILoginFailureBroadcast, PostgreSqlLoginFailures>();
        services.AddSingleton<IAuditLog>(provider => new PostgreSqlAuditLog(
            provider.GetRequiredService<PostgreSqlDatabase>(),
            provider.GetRequiredService<PostgreSqlServers>(),
            AuditFiles.MostFiles * maxAuditBytes,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgreSqlAuditLog>>()));
        services.AddSingleton<IInterruptedUploads, PostgreSqlInterruptedUploads>();
    }
}
