namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether a pywharf answers below the URL.</summary>
internal sealed class ServerProbe() : Probe("server")
{
    private static readonly Remedy UpstreamRemedy = new("proxy_pass http://127.0.0.1:8888;  # where pywharf listens", "server pywharf 127.0.0.1:8888 check");

    // What pywharf answers where it has no route.
    private const string UnknownPage = "There is no such page. The index is at /simple/.";

    public override bool IsVital => true;

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var reply = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        if (reply.TargetFrom(deployment.Index) is { } target)
        {
            return target.GetLeftPart(UriPartial.Authority) == deployment.Index.GetLeftPart(UriPartial.Authority)
                ? Failed($"{deployment.Index} redirects to {target}: clients can't log in at a page for browsers", Clients.All)
                : Skipped("every request is redirected: see redirects");
        }

        if (reply.Status is 500 or 502 or 503 or 504)
        {
            return Failed($"the proxy answers, pywharf does not: {deployment.Index} answered {reply.Summary}", Clients.All, UpstreamRemedy);
        }

        var isIndex = reply.Status == 200 && (reply.ToJson() is { } page ? page.TryGetProperty("meta", out _) : reply.Text.Contains("pypi:repository-version", StringComparison.Ordinal));
        var isHealthy = await IsHealthyAsync(deployment, deployment.Base, cancellationToken) || await IsHealthyAsync(deployment, new Uri(deployment.Base, ".."), cancellationToken);

        return (isIndex, isHealthy, reply.Status) switch
        {
            (true, true, _) or (_, true, 401 or 403 or 429) => Ok($"pywharf answers at {deployment.Base}"),
            (true, false, _) => Warning($"an index answers, but {new Uri(deployment.Base, "health")} does not: monitoring needs it", [], PrefixRemedy(deployment)),
            (_, false, 401) when Challenge.IsOfPyWharf(reply) => Warning(
                $"pywharf answers, but {new Uri(deployment.Base, "health")} does not: either the proxy hides it, or pywharf does not know the prefix of this URL", Clients.All, PrefixRemedy(deployment)),
            (_, true, _) => Failed($"pywharf answers, but has no index at {deployment.Index}: {reply.Summary}. Name the base URL, that of a repository, or that of its /simple/", Clients.All, PrefixRemedy(deployment)),
            (_, _, 404) when reply.Text.Contains(UnknownPage, StringComparison.Ordinal) => Failed(
                $"pywharf answers, and takes {deployment.Index.AbsolutePath} for a page that it does not have: it is not told the prefix {PathOf(deployment)}, or does not believe who tells it. Start it with --trusted_proxy=ADDRESS of the proxy, or with --url_prefix={PathOf(deployment)}",
                Clients.All,
                PrefixRemedy(deployment)),
            _ => Failed($"this is no pywharf: {deployment.Index} answered {reply.Summary}. Correct the URL, or the address that the proxy passes requests to", Clients.All, UpstreamRemedy),
        };
    }

    // At the root of a host there is no prefix to be told.
    private static Remedy? PrefixRemedy(Deployment deployment) => PathOf(deployment) is { Length: > 0 } path
        ? new($"proxy_set_header X-Forwarded-Prefix {path};  # with --trusted_proxy at pywharf", $"http-request set-header X-Forwarded-Prefix {path}")
        : null;

    private static string PathOf(Deployment deployment) => deployment.Base.AbsolutePath.TrimEnd('/');

    private static async Task<bool> IsHealthyAsync(Deployment deployment, Uri url, CancellationToken cancellationToken) =>
        await deployment.GetAnonymouslyAsync(new Uri(url, "health"), cancellationToken) is { Status: 200, MediaType: "text/plain" } health
        && health.Text.StartsWith("ok", StringComparison.Ordinal);
}
