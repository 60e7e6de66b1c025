using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Follows redirects within the index's origin, or to the same host with TLS. Following others would let upstream choose which hosts this server
/// connects to, hosts of its own network among them. Credentials are sent to the configured origin only; the framework's handler drops them at any
/// redirect.
/// </summary>
internal sealed class UpstreamRedirectHandler(Uri origin, AuthenticationHeaderValue? credentials, HttpMessageHandler inner)
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
            if (!IsOrigin(target) && !BeginsEncryption(target))
            {
                throw Refuse($"redirects away from there, {Elsewhere(target)}");
            }

            if (redirects == MaxRedirects)
            {
                throw Refuse("redirects without an end");
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

    private static string Elsewhere(Uri target) =>
        target.Scheme == Uri.UriSchemeHttps || target.Scheme == Uri.UriSchemeHttp
            ? $"to {target.Scheme}://{target.IdnHost}:{target.Port}, which is not followed: if that is the index you mean, name it in --extra_index_url"
            : "to what is no index";

    private UpstreamException Refuse(string what) => new(FailureKind.BadGateway, $"The upstream index at {origin.Host} {what}.");

    private bool BeginsEncryption(Uri target) =>
        origin.Scheme == Uri.UriSchemeHttp && target.Scheme == Uri.UriSchemeHttps && IsHost(target);

    private bool IsOrigin(Uri? uri) => uri is not null && uri.Scheme == origin.Scheme && uri.Port == origin.Port && IsHost(uri);

    private bool IsHost(Uri uri) => string.Equals(uri.IdnHost, origin.IdnHost, StringComparison.OrdinalIgnoreCase);
}
