using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Follows redirects, and shows the credentials to the origin that they are for and to no other; the handler of the framework
/// drops them at any redirect.
/// </summary>
internal sealed class UpstreamRedirects(Uri origin, AuthenticationHeaderValue? credentials, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            request.Headers.Authorization = IsOrigin(request.RequestUri) ? credentials : null;
            var response = await base.SendAsync(request, cancellationToken);
            if (Target(response, request.RequestUri) is not { } target)
            {
                return response;
            }

            response.Dispose();
            if (redirects == MaxRedirects || !IsAsSafe(target, request.RequestUri))
            {
                throw new UpstreamException(FailureKind.BadGateway, $"The upstream index at {origin.Host} redirects in a way that is not followed.");
            }

            request.RequestUri = target;
        }
    }

    private static Uri? Target(HttpResponseMessage response, Uri? from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var target)
            ? target
            : null;

    private static bool IsAsSafe(Uri target, Uri? from) =>
        target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && from?.Scheme == Uri.UriSchemeHttp);

    private bool IsOrigin(Uri? uri) =>
        uri is not null
        && uri.Scheme == origin.Scheme
        && uri.Port == origin.Port
        && string.Equals(uri.IdnHost, origin.IdnHost, StringComparison.OrdinalIgnoreCase);
}
