using System.Net;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Follows the redirects of another index that its rules allow: within its origin and to TLS on the same host always, to other hosts where the rules say
/// so, and never from https to http. Credentials are sent to the configured origin only. Throws <see cref="UpstreamException"/> for what is not followed.
/// </summary>
internal sealed class IndexRedirectHandler(RedirectRules rules, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Set for requests that may be redirected to other hosts.</summary>
    public static readonly HttpRequestOptionsKey<bool> MayLeave = new("pywharf.index.may_leave");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (rules.Origin?.Scheme == Uri.UriSchemeHttps && request.RequestUri?.Scheme != Uri.UriSchemeHttps)
        {
            throw Refuse("is encrypted, and its link to the file is not: it is not followed");
        }

        var mayLeave = rules.LeavesOrigin || (request.Options.TryGetValue(MayLeave, out var set) && set);
        await CheckAddressAsync(request.RequestUri, cancellationToken);
        for (var redirects = 0; ; redirects++)
        {
            request.Headers.Authorization = IsOrigin(request.RequestUri) ? rules.Credentials : null;
            var response = await SendOnceAsync(request, cancellationToken);
            if (Target(response, request.RequestUri) is not { } target)
            {
                return response;
            }

            response.Dispose();
            CheckRedirect(request.RequestUri, target, mayLeave);
            await CheckAddressAsync(target, cancellationToken);
            if (redirects == rules.MaxRedirects)
            {
                throw Refuse("redirects without an end");
            }

            request.RequestUri = target;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is UpstreamException refusal)
        {
            // Of the guard, while connecting.
            throw new UpstreamException(refusal.Kind, refusal.Message, innerException: exception);
        }
    }

    private void CheckRedirect(Uri? from, Uri target, bool mayLeave)
    {
        if (target.Scheme != Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttp)
        {
            throw Refuse("redirects to what is no index: only http and https are followed");
        }

        if (from?.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
        {
            throw Refuse($"redirects from https to what is not encrypted, {Authority(target)}, which is not followed");
        }

        if (!mayLeave && !IsOrigin(target) && !BeginsEncryption(target))
        {
            throw Refuse($"redirects to {Authority(target)}, which is not followed: {rules.Hint}");
        }
    }

    private async ValueTask CheckAddressAsync(Uri? url, CancellationToken cancellationToken)
    {
        if (rules.Guard is { } guard && url is not null && await guard.IsRefusedAsync(url, cancellationToken))
        {
            throw Refuse($"leads to {Authority(url)}, {AddressGuard.Why}");
        }
    }

    private static Uri? Target(HttpResponseMessage response, Uri? from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var target)
            ? target.UserInfo.Length == 0 ? target : new UriBuilder(target) { UserName = "", Password = "" }.Uri
            : null;

    // Neither path nor query: they may have a signature.
    private static string Authority(Uri target) => $"{target.Scheme}://{target.IdnHost}:{target.Port}";

    private UpstreamException Refuse(string what) => new(FailureKind.BadGateway, $"{rules.Subject} {what}.");

    private bool BeginsEncryption(Uri target) =>
        rules.Origin?.Scheme == Uri.UriSchemeHttp && target.Scheme == Uri.UriSchemeHttps && IsHost(target);

    private bool IsOrigin(Uri? uri) => uri is not null && uri.Scheme == rules.Origin?.Scheme && uri.Port == rules.Origin.Port && IsHost(uri);

    private bool IsHost(Uri uri) => string.Equals(uri.IdnHost, rules.Origin?.IdnHost, StringComparison.OrdinalIgnoreCase);
}
