using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// One client per GitHub for the whole process, however many repositories there are: they share its connections, and GitHub counts their
/// requests together.
/// </summary>
internal static class GitHubHttpClients
{
    private static readonly ConcurrentDictionary<(string Origin, TimeProvider Time), HttpClient> Clients = new();

    /// <summary>The client for everything that an API refers to, its storage of assets included.</summary>
    /// <param name="apiUrl">Any URL of the API.</param>
    /// <param name="time">Measures patience.</param>
    /// <param name="logger">Is told of trouble.</param>
    public static HttpClient For(Uri apiUrl, TimeProvider time, ILogger logger) =>
        Clients.GetOrAdd(
            (apiUrl.GetLeftPart(UriPartial.Authority), time),
            static (_, arguments) => Create(new GitHubSockets(), arguments.time, arguments.logger),
            (time, logger));

    /// <summary>A client that is patient and follows redirects, and leaves sending a request once to another.</summary>
    public static HttpClient Create(HttpMessageHandler sockets, TimeProvider time, ILogger logger)
    {
        var client = new HttpClient(new GitHubRedirectHandler(new GitHubResilienceHandler(sockets, time, logger))) { Timeout = Timeout.InfiniteTimeSpan };
        // Without a product GitHub answers 403.
        client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("pywharf", typeof(GitHubHttpClients).Assembly.GetName().Version?.ToString(3)));

        return client;
    }

    /// <summary>The sockets. Bytes of packages are passed on as they are; the rest is JSON and gains from compression.</summary>
    private sealed class GitHubSockets : HttpMessageHandler
    {
        // GitHub takes 100 requests of a user at once; with HTTP/1.1 a connection carries one.
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
            // Follows a change of the host's addresses.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        });
    }
}
