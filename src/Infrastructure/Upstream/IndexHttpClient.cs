using System.Net.Http.Headers;
using System.Text;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Makes the HTTP clients for other indexes. Proxies are those of the environment, as <see cref="HttpClient"/> reads it.</summary>
internal static class IndexHttpClient
{
    /// <summary>A client that follows redirects by these rules, and has no timeout of its own for responses.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="connectTimeout">For connecting, name resolution and TLS included.</param>
    /// <param name="maxConnections">To one server.</param>
    public static HttpClient Create(RedirectRules rules, TimeSpan connectTimeout, int maxConnections)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = connectTimeout,
            MaxConnectionsPerServer = maxConnections,
            // Follows a change of the host's addresses.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            ConnectCallback = rules.Guard is { } guard ? guard.ConnectAsync : null,
        };
        var http = new HttpClient(new IndexRedirectHandler(rules, sockets)) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("pywharf", typeof(IndexHttpClient).Assembly.GetName().Version?.ToString(3)));

        return http;
    }

    /// <summary>User and password as a header.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>The credentials in a URL as a header; null where it has none.</summary>
    public static AuthenticationHeaderValue? CredentialsOf(Uri url)
    {
        var parts = url.UserInfo.Split(':', 2);

        return url.UserInfo.Length == 0 ? null : Basic(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
