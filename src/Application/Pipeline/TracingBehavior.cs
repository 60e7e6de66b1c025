using System.Diagnostics;
using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>A span for each use case, with its repository and outcome. It records no content, since requests hold secrets.</summary>
internal sealed class TracingBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IOutcome<TResponse>
{
    // A request is nested in its use case: «ListFiles» of «PyWharf.Application.Simple.ListFiles+Query».
    private static readonly string Name = typeof(TRequest).DeclaringType?.Name ?? typeof(TRequest).Name;

    public Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken) =>
        Instruments.Activities.HasListeners() ? TraceAsync(request, next) : next();

    private static async Task<TResponse> TraceAsync(TRequest request, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Instruments.Activities.StartActivity(Name);
        try
        {
            var response = await next();
            activity?.SetTag("pywharf.repository", (request as RepositoryRequest)?.Found?.ToString());
            activity?.SetTag("pywharf.outcome", Instruments.OutcomeOf(response.Failure));

            return response;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }
}
