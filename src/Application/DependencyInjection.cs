using FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using PyWharf.Application.Administration;
using PyWharf.Application.Pipeline;
using PyWharf.Application.Upstream;

namespace PyWharf.Application;

/// <summary>The use cases.</summary>
public static class DependencyInjection
{
    /// <summary>Registers every handler and validator, and the pipeline that all requests pass.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services)
    {
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<UpstreamGate>();
        services.AddSingleton<InitializeAccess>();

        services.AddMediatR(mediator =>
        {
            mediator.RegisterServicesFromAssembly(typeof(DependencyInjection).Assembly);
            mediator.Lifetime = ServiceLifetime.Singleton;

            // In the order in which they see a request.
            mediator.AddOpenBehavior(typeof(TelemetryBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(StorageFaultBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(AccessBehavior<,>), ServiceLifetime.Singleton);
            mediator.AddOpenBehavior(typeof(ValidationBehavior<,>), ServiceLifetime.Singleton);
        });

        foreach (var validator in AssemblyScanner.FindValidatorsInAssembly(typeof(DependencyInjection).Assembly, includeInternalTypes: true))
        {
            services.AddSingleton(validator.InterfaceType, validator.ValidatorType);
        }

        return services;
    }
}
