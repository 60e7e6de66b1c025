using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Octokit;
using Octokit.Internal;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Sends the requests of an Octokit connection through <see cref="GitHubTransport"/>, in place of Octokit's own client, which follows redirects and pages
/// to any origin with the token, reads HTML as null, and copies each body. One instance serves one call, as most methods of Octokit take neither a token
/// nor a cancellation token.
/// </summary>
/// <param name="transport">Sends the requests.</param>
/// <param name="options">Token and timeout of the call.</param>
/// <param name="aborted">Cancels the call.</param>
internal sealed class OctokitHttpClient(GitHubTransport transport, GitHubRequestOptions options, CancellationToken aborted) : IHttpClient
{
    /// <summary>Throws <see cref="GitHubException"/> unless the response is a success, so that Octokit never sees an error.</summary>
    public async Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object>? preprocessResponseBody = null)
    {
        using var response = await transport.SendAsync(request.Method, transport.Resolve(request.Endpoint), options, aborted, ContentOf(request.Body));
        await transport.CheckAsync(response, options, aborted);

        // Not ReadAsStringAsync, which throws for an unknown charset: JSON is UTF-8.
        return new Response(response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(aborted)));
    }

    public void SetRequestTimeout(TimeSpan timeout) => throw new NotSupportedException("Each call has its timeout.");

    public void Dispose()
    {
    }

    private static HttpContent? ContentOf(object? body) => body switch
    {
        null => null,
        HttpContent content => content,
        string json => new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        _ => throw new NotSupportedException($"A body of type {body.GetType()} is not JSON."),
    };

    /// <summary>A response without headers, from which Octokit would read rate limits and links.</summary>
    private sealed record Response(HttpStatusCode StatusCode, object Body) : IResponse
    {
        private static readonly Dictionary<string, string> None = [];

        private static readonly ApiInfo NoInfo = new(new Dictionary<string, Uri>(), [], [], null, new Octokit.RateLimit());

        public IReadOnlyDictionary<string, string> Headers => None;

        public ApiInfo ApiInfo => NoInfo;

        public string ContentType => "application/json";
    }
}
