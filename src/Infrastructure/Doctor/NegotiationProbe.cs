namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether clients get the format of index pages that they ask for.</summary>
internal sealed class NegotiationProbe() : PageProbe("negotiation")
{
    private static readonly Remedy PassRemedy = new("proxy_set_header Accept $http_accept;  # and no proxy_cache for pages", "# remove http-request set-header Accept, and cache-use");

    protected override async Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        // JSON again at the end: a cache without regard to Accept shows in the second or third answer.
        var first = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        var html = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Html);
        var second = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        if (html.MediaType != "text/html")
        {
            return Failed($"who asks for HTML gets {html.MediaType}: pip before 22.2 and poetry can't read it", ["pip < 22.2", "poetry"], PassRemedy);
        }

        if (first.MediaType != Accept.JsonType || second.MediaType != Accept.JsonType)
        {
            return Warning(
                $"who asks for JSON gets {(first.MediaType == Accept.JsonType ? second : first).MediaType}: sizes, upload times and statuses are missing for clients that use them (uv --exclude-newer)",
                Clients.Installers,
                PassRemedy);
        }

        return first["Vary"]?.Contains("Accept", StringComparison.OrdinalIgnoreCase) == true
            ? Ok("JSON and HTML, as clients ask for it")
            : Warning("the header Vary is lost: a cache on the way may give one client's format to another", Clients.Installers, new Remedy("# remove proxy_hide_header Vary", "# remove http-response del-header Vary"));
    }
}
