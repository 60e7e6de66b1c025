namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether redirects keep the path under which the proxy publishes pywharf.</summary>
internal sealed class PrefixProbe() : Probe("prefix")
{
    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var page = new Uri(deployment.Base, "simple");
        var reply = await deployment.GetAnonymouslyAsync(page, cancellationToken);
        var path = deployment.Base.AbsolutePath.TrimEnd('/');

        return reply.TargetFrom(page) switch
        {
            null => Skipped($"{page} does not redirect to the same page with a slash, as pywharf does: {reply.Summary}"),
            { } target when target.AbsolutePath == deployment.Index.AbsolutePath => Ok(path.Length == 0 ? "published at the root" : $"redirects stay below {path}"),
            { } target => Failed(
                $"{page} redirects to {target.AbsolutePath}, without the prefix: the proxy strips it, and pywharf is not told. Project names that are not normalised, and the login, lead nowhere",
                Clients.All,
                new Remedy(
                    $"proxy_set_header X-Forwarded-Prefix {path};  # with --trusted_proxy at pywharf, or --url_prefix={path} there",
                    $"http-request set-header X-Forwarded-Prefix {path}  # with --trusted_proxy at pywharf, or --url_prefix={path} there")),
        };
    }
}
