using Carter;
using OpenTelemetry.Metrics;
using PyWharf.Api.Observability;

namespace PyWharf.Api.Modules;

/// <summary>The metrics of this process in the text format of Prometheus.</summary>
internal sealed class MetricsModule : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) =>
        app.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, branch => branch.Use(RefuseStrangersAsync), optionsName: null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));

    // 404 and not 403: who may not see them need not know of them. EmptyResponseMiddleware adds the text.
    private static Task RefuseStrangersAsync(HttpContext http, RequestDelegate next)
    {
        var access = http.RequestServices.GetRequiredService<MetricsAccess>();
        if (!access.IsGranted(http))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;

            return Task.CompletedTask;
        }

        http.Response.Headers.CacheControl = "no-store";

        return next(http);
    }
}
