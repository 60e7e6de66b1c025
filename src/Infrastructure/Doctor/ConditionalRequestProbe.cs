namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether pages that a client has already are not sent again.</summary>
internal sealed class ConditionalRequestProbe() : PageProbe("conditional_requests")
{
    private static readonly Remedy PassRemedy = new(
        "proxy_set_header If-None-Match $http_if_none_match;  # and no proxy_hide_header ETag", "# remove http-request del-header If-None-Match, and http-response del-header ETag");

    protected override async Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var page = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        if (page["ETag"] is not { } tag)
        {
            return Warning("pages come without ETag: installers fetch each page anew, every time", Clients.Installers, PassRemedy);
        }

        var again = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json, ("If-None-Match", tag));

        // A page that changed meanwhile has another tag.
        return again.Status == 304 || again["ETag"] != tag
            ? Ok("an unchanged page is not sent again (304)")
            : Warning($"who has a page already gets {again.Status} and the whole page, not 304", Clients.Installers, PassRemedy);
    }
}
