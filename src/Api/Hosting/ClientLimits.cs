using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Limits per client: requests within a second, and uploads at one time. A client is an address (<see cref="ClientAddress"/>). Without a limit the server has
/// no such middleware; the limiter of an address goes once it has been idle.
/// </summary>
internal static class ClientLimits
{
    // An upload takes seconds, and when the next one ends is not known.
    private static readonly TimeSpan RetryUpload = TimeSpan.FromSeconds(5);

    /// <summary>Whether the options have any limit.</summary>
    public static bool Exist(ServerOptions options) => (options.ClientRequests ?? options.ClientUploads) is not null;

    /// <summary>Configures the middleware.</summary>
    public static void Configure(RateLimiterOptions limiter, ServerOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained([.. Limiters(options)]);
        limiter.OnRejected = (rejected, _) =>
        {
            var failure = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var delay)
                ? TooMany($"{options.ClientRequests} requests a second (--client_requests)", delay)
                : TooMany($"{options.ClientUploads} uploads at one time (--client_uploads)", RetryUpload);
            if (IsUpload(rejected.HttpContext))
            {
                Instruments.CountUpload(repository: null, Instruments.OutcomeOf(failure), publishedBytes: 0);
            }

            return new ValueTask(EarlyFailureResult.WriteAsync(rejected.HttpContext, failure));
        };
    }

    private static IEnumerable<PartitionedRateLimiter<HttpContext>> Limiters(ServerOptions options)
    {
        if (options.ClientRequests is { } requests)
        {
            var bucket = new TokenBucketRateLimiterOptions
            {
                TokenLimit = requests,
                TokensPerPeriod = requests,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            };
            yield return PartitionedRateLimiter.Create<HttpContext, ClientAddress>(http => RateLimitPartition.GetTokenBucketLimiter(ClientOf(http), _ => bucket));
        }

        if (options.ClientUploads is { } uploads)
        {
            var concurrency = new ConcurrencyLimiterOptions { PermitLimit = uploads, QueueLimit = 0 };
            yield return PartitionedRateLimiter.Create<HttpContext, (bool IsUpload, ClientAddress Client)>(http => IsUpload(http)
                ? RateLimitPartition.GetConcurrencyLimiter((true, ClientOf(http)), _ => concurrency)
                : RateLimitPartition.GetNoLimiter<(bool, ClientAddress)>(default));
        }
    }

    private static ClientAddress ClientOf(HttpContext http) => ClientAddress.Of(http.Connection.RemoteIpAddress);

    private static bool IsUpload(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<UploadEndpoint>() is not null;

    private static Failure TooMany(string limit, TimeSpan delay) => new(
        FailureKind.TooManyRequests,
        string.Create(CultureInfo.InvariantCulture, $"One address may have {limit} here. Try again in a moment."),
        delay);
}
