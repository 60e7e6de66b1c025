using Microsoft.Extensions.DependencyInjection;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.State;

namespace PyWharf.Infrastructure;

/// <summary>What stands behind the ports.</summary>
public static class DependencyInjection
{
    /// <summary>Registers every port's implementation, for a server whose files lie below <paramref name="root"/>.</summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, string root)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ServerRoot(root));
        services.AddSingleton<BackendCatalog>();
        services.AddSingleton<IBackendOpener, BackendOpener>();
        services.AddSingleton<IRepositories, Repositories>();

        return services;
    }
}
