namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether pages for those with credentials are kept from those without.</summary>
internal sealed class SharedCacheProbe() : PageProbe("shared_cache")
{
    protected override async Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.AllowsAnonymousRead)
        {
            return Skipped("everybody may read here");
        }

        await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        var anonymous = await deployment.GetAnonymouslyAsync(deployment.Index, cancellationToken, Accept.Json);

        return anonymous.Status == 200
            ? Failed(
                "a cache on the way gives pages to clients without credentials, after one with credentials fetched them",
                Clients.Installers,
                new Remedy("proxy_cache off;", "# remove http-request cache-use and http-response cache-store"))
            : Ok("pages are not shared by a cache");
    }
}
