using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Octokit;
using Octokit.Internal;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Sends what an Octokit connection asks for through the handlers that every request to GitHub passes, in place of Octokit's own client: that one follows
/// redirects and pages to any origin with the token, reads a page of HTML as null, and copies each body. One instance serves one options, since most methods of
/// Octokit take neither a token nor a cancellation token.
/// </summary>
/// <param name="transport">Sends.</param>
/// <param name="options">How the call is to be treated.</param>
/// <param name="aborted">Stops it.</param>
internal sealed class OctokitHttpClient(GitHubTransport transport, GitHubRequestOptions options, CancellationToken aborted) : IHttpClient
{
    /// <summary>Throws <see cref="GitHubException"/> unless the answer is a good one, so that Octokit's own exceptions never arise.</summary>
    public async Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object>? preprocessResponseBody = null)
    {
        using var response = await transport.SendAsync(request.Method, transport.Resolve(request.Endpoint), options, aborted, ContentOf(request.Body));
        await transport.CheckAsync(response, options, aborted);

        return new Response(response.StatusCode, await response.Content.ReadAsStringAsync(aborted));
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

    /// <summary>Without headers: Octokit would read rate limits and links from them, which is done elsewhere.</summary>
    private sealed record Response(HttpStatusCode StatusCode, object Body) : IResponse
    {
        private static readonly Dictionary<string, string> None = [];

        private static readonly ApiInfo NoInfo = new(new Dictionary<string, Uri>(), [], [], null, new Octokit.RateLimit());

        public IReadOnlyDictionary<string, string> Headers => None;

        public ApiInfo ApiInfo => NoInfo;

        public string ContentType => "application/json";
    }
}
