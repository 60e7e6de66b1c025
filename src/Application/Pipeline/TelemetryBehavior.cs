using System.Diagnostics.Metrics;
using MediatR;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Counts and times requests by name and outcome. It records no content, since requests hold secrets.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(RequestMetrics metrics, TimeProvider time)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IOutcome<TResponse>
{
    // A request is nested in its use case: «ListFiles» of «PyWharf.Application.Simple.ListFiles+Query».
    private static readonly string Name = typeof(TRequest).DeclaringType?.Name ?? typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        if (!metrics.Duration.Enabled)
        {
            return await next();
        }

        var start = time.GetTimestamp();
        var outcome = "Exception";
        try
        {
            var response = await next();
            outcome = response.Failure?.Kind.ToString() ?? "Ok";

            return response;
        }
        finally
        {
            metrics.Duration.Record(
                time.GetElapsedTime(start).TotalSeconds,
                new KeyValuePair<string, object?>("request", Name),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}

/// <summary>The instruments of the meter «PyWharf».</summary>
internal sealed class RequestMetrics(IMeterFactory meters)
{
    /// <summary>Duration of requests in seconds.</summary>
    public Histogram<double> Duration { get; } =
        meters.Create("PyWharf").CreateHistogram<double>("pywharf.request.duration", "s", "Duration of a use case");
}
