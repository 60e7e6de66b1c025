using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Audit;
using PyWharf.Application.Importing;
using PyWharf.Application.Pipeline;
using PyWharf.Application.Resolution;

namespace PyWharf.Application;

/// <summary>The use cases.</summary>
public static class DependencyInjection
{
    /// <summary>Registers every handler and validator, and the pipeline that all requests pass.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services)
    {
        services.AddSingleton<UpstreamGate>();
        services.AddSingleton<InitializeAccess>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<LoginFailures>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<Importer>();
        services.TryAddSingleton(new LoginLimit(0));
        services.TryAddSingleton(new IndexAgeLimit(null));

        services.AddMediatR(mediator =>
        {
            mediator.RegisterServicesFromAssembly(typeof(DependencyInjection).Assembly);
            mediator.Lifetime = ServiceLifetime.Singleton;

            // In order of execution.
            mediator.AddOpenBehavior(typeof(TracingBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(StorageFaultBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(AuditBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(AccessBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(ValidationBehavior<,>), ServiceLifetime.Singleton);
        });

        // MediatR registers handlers as transient, whatever the lifetime above. Singletons here: some hold caches.
        foreach (var handler in services.Where(IsHandler).ToList())
        {
            services.Remove(handler);
            services.Add(new ServiceDescriptor(handler.ServiceType, handler.ImplementationType!, ServiceLifetime.Singleton)); // registered by type
        }

        foreach (var validator in AssemblyScanner.FindValidatorsInAssembly(typeof(DependencyInjection).Assembly, includeInternalTypes: true))
        {
            services.AddSingleton(validator.InterfaceType, validator.ValidatorType);
        }

        return services;
    }

    private static bool IsHandler(ServiceDescriptor service) =>
        service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}
