using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// One <see cref="HttpClient"/> per GitHub for the whole process: all repositories share its connections, and GitHub counts their requests together.
/// </summary>
internal static class GitHubHttpClients
{
    private static readonly ConcurrentDictionary<(string Origin, TimeProvider Time), HttpClient> Clients = new();

    /// <summary>The client for an API and everything that it refers to, the storage of assets included.</summary>
    /// <param name="apiUrl">Any URL of the API.</param>
    /// <param name="time">Measures timeouts.</param>
    /// <param name="logger">Logs rate limits.</param>
    public static HttpClient For(Uri apiUrl, TimeProvider time, ILogger logger) =>
        Clients.GetOrAdd(
            (apiUrl.GetLeftPart(UriPartial.Authority), time),
            static (_, arguments) => Create(new GitHubSockets(), arguments.time, arguments.logger),
            (time, logger));

    /// <summary>A client with redirects, retries and timeouts, over a handler that sends a request once.</summary>
    public static HttpClient Create(HttpMessageHandler sockets, TimeProvider time, ILogger logger)
    {
        var client = new HttpClient(new GitHubRedirectHandler(new GitHubResilienceHandler(sockets, time, logger))) { Timeout = Timeout.InfiniteTimeSpan };
        // GitHub answers 403 to a request without a User-Agent.
        client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("pywharf", typeof(GitHubHttpClients).Assembly.GetName().Version?.ToString(3)));

        return client;
    }

    /// <summary>The sockets. JSON is compressed; the bytes of packages are passed on as they come.</summary>
    private sealed class GitHubSockets : HttpMessageHandler
    {
        // GitHub allows 100 concurrent requests of a user; with HTTP/1.1 each needs a connection.
        private readonly HttpMessageInvoker _api = Open(DecompressionMethods.GZip, connections: 32);
        private readonly HttpMessageInvoker _bytes = Open(DecompressionMethods.None, connections: 64);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (GitHubRequestOptions.Of(request).MaxResponseBytes is null ? _bytes : _api).SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _api.Dispose();
            _bytes.Dispose();
            base.Dispose(disposing);
        }

        private static HttpMessageInvoker Open(DecompressionMethods decompression, int connections) => new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = decompression,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = connections,
            // Follows DNS changes.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        });
    }
}
