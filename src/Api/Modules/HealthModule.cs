using System.Text;
using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Observability;
using PyWharf.Application.Administration;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Liveness and readiness endpoints for monitoring.</summary>
internal sealed class HealthModule : ICarterModule
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/health", ShowAsync);
        app.MapRead("/health/live", http => WriteAsync(http, "ok\n"));
        app.MapRead("/health/ready", ShowReadinessAsync);
    }

    /// <summary>200 while the server runs, even with a full disk: it still serves reads, and a restart would not help.</summary>
    private static async Task ShowAsync(HttpContext http)
    {
        var health = await http.Sender().Send(new CheckHealth.Query(), http.RequestAborted);

        await WriteAsync(http, "ok\n" + (health.Failure is null ? Degraded(health.Value) : ""));
    }

    private static async Task ShowReadinessAsync(HttpContext http)
    {
        var health = await http.Sender().Send(new CheckHealth.Query(), http.RequestAborted);
        if (health.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else if (health.Value.IsReady)
        {
            await WriteAsync(http, "ready\n" + Degraded(health.Value));
        }
        else
        {
            await FailureResult.WriteAsync(http, new Failure(FailureKind.Unavailable, $"Not ready: {WhyNot(http, health.Value)}", RetryDelay));
        }
    }

    private static string Degraded(CheckHealth.Health health) => string.Concat(
        (health.NoUploads is { } reason ? [$"degraded, no uploads: {reason}\n"] : Enumerable.Empty<string>()).Concat(health.Degraded.Select(trouble => $"degraded: {trouble}\n")));

    private static string WhyNot(HttpContext http, CheckHealth.Health health) =>
        health.Repositories.Count == 0 ? "the server has no repositories yet."
        : http.RequestServices.GetRequiredService<MetricsAccess>().IsGranted(http) ? string.Join(" ", health.Repositories.Where(sick => sick.NotReady is not null).Select(sick => $"{sick.Name}: {sick.NotReady}"))
        : "a repository has no index yet or an old one, or its storage does not answer.";

    private static Task WriteAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain";
        http.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        http.Response.Headers.CacheControl = "no-store";

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(text, http.RequestAborted);
    }
}
