using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// Sends the credentials to the origin of the index alone, and follows redirects: of files to any server, of pages within the index's host only, as
/// some indexes answer for projects that they don't have with a redirect to another index. Never from https to http.
/// </summary>
internal sealed class IndexRedirectHandler(Uri? origin, AuthenticationHeaderValue? credentials, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRedirects = 10;

    /// <summary>Set for requests of files.</summary>
    public static readonly HttpRequestOptionsKey<bool> MayLeave = new("pywharf.import.may_leave");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (origin?.Scheme == Uri.UriSchemeHttps && request.RequestUri?.Scheme != Uri.UriSchemeHttps)
        {
            throw Refuse("The index is encrypted, and its link to the file is not: it is not followed.");
        }

        var mayLeave = request.Options.TryGetValue(MayLeave, out var set) && set;
        for (var redirects = 0; ; redirects++)
        {
            request.Headers.Authorization = IsOrigin(request.RequestUri) ? credentials : null;
            var response = await base.SendAsync(request, cancellationToken);
            if (Target(response, request.RequestUri) is not { } target)
            {
                return response;
            }

            response.Dispose();
            if (target.Scheme != Uri.UriSchemeHttps && (target.Scheme != Uri.UriSchemeHttp || request.RequestUri?.Scheme == Uri.UriSchemeHttps))
            {
                throw Refuse("It redirects from https to what is not encrypted, which is not followed.");
            }

            if (!mayLeave && !IsOrigin(target) && !BeginsEncryption(target))
            {
                throw Refuse($"The index redirects to {target.GetLeftPart(UriPartial.Authority)}, which is not followed: import from there if that is the index you mean.");
            }

            if (redirects == MaxRedirects)
            {
                throw Refuse("It redirects without an end.");
            }

            request.RequestUri = target;
        }
    }

    private static Uri? Target(HttpResponseMessage response, Uri? from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var target)
            ? new UriBuilder(target) { UserName = "", Password = "" }.Uri
            : null;

    private static UpstreamException Refuse(string message) => new(FailureKind.BadGateway, message);

    private bool BeginsEncryption(Uri target) =>
        origin?.Scheme == Uri.UriSchemeHttp && target.Scheme == Uri.UriSchemeHttps && IsHost(target);

    private bool IsOrigin(Uri? uri) => uri is not null && uri.Scheme == origin?.Scheme && uri.Port == origin.Port && IsHost(uri);

    private bool IsHost(Uri uri) => string.Equals(uri.IdnHost, origin?.IdnHost, StringComparison.OrdinalIgnoreCase);
}
