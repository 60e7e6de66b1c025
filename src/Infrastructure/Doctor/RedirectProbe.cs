namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether redirects stay at the scheme, host and port that the client asked for.</summary>
internal sealed class RedirectProbe() : Probe("redirects")
{
    private static readonly Remedy SchemeRemedy = new(
        "proxy_set_header X-Forwarded-Proto $scheme;", "http-request set-header X-Forwarded-Proto https");

    private static readonly Remedy HostRemedy = new(
        "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $http_host;  # $host would drop the port",
        "http-request set-header X-Forwarded-Host %[req.hdr(Host)]");

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        // The second one without its slash, for which pywharf redirects.
        Uri[] pages = [deployment.Index, new(deployment.Base, "simple")];
        var seen = 0;
        foreach (var page in pages)
        {
            if ((await deployment.GetAnonymouslyAsync(page, cancellationToken)).TargetFrom(page) is not { } target)
            {
                continue;
            }

            seen++;
            if (target.Scheme != page.Scheme)
            {
                return Failed(
                    page.Scheme == Uri.UriSchemeHttps
                        ? $"{page} redirects to {target}: clients refuse http, or send the password in the clear"
                        : $"{page} redirects to {target}: give clients the https URL, as uploads are not repeated after a redirect",
                    Clients.All,
                    SchemeRemedy);
            }

            if (target.Authority != page.Authority)
            {
                return Failed($"{page} redirects to {target}, another host or port: clients send no password there, or do not find it", Clients.All, HostRemedy);
            }
        }

        return seen == 0 ? Skipped($"{pages[1]} does not redirect to the same page with a slash, as pywharf does") : Ok("redirects keep scheme, host and port");
    }
}
