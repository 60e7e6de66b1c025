using System.Net;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Follows redirects, which GitHub sends when a repository has moved. The framework's handler drops the token at every redirect, and a private
/// repository is not found without it; this one keeps it at the same origin, and drops it at any other.
/// </summary>
internal sealed class GitHubRedirectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (Target(response, request) is not { } target)
            {
                return response;
            }

            var from = request.RequestUri;
            response.Dispose();
            if (redirects == MaxRedirects || !MayFollow(request, target))
            {
                throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {from?.Host} redirects in a way that is not followed.");
            }

            if (!target.HasOriginOf(from))
            {
                request.Headers.Authorization = null;
                (GitHubRequestOptions.Of(request) with { Token = null }).AttachTo(request);
            }

            request.RequestUri = target;
        }
    }

    private static Uri? Target(HttpResponseMessage response, HttpRequestMessage request)
    {
        var follows = response.StatusCode switch
        {
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther => IsRead(request),
            HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => true,
            _ => false,
        };
        if (!follows || response.Location(request.RequestUri) is not { } target)
        {
            return null;
        }

        var isAsset = response.StatusCode == HttpStatusCode.Found || !target.HasOriginOf(request.RequestUri);

        return GitHubRequestOptions.Of(request).ReturnsAssetRedirect && isAsset ? null : target;
    }

    // Writes are only repeated at the same origin.
    private static bool MayFollow(HttpRequestMessage request, Uri target) =>
        target.HasOriginOf(request.RequestUri) || (IsRead(request) && target.IsAsSafeAs(request.RequestUri));

    private static bool IsRead(HttpRequestMessage request) => request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
}
