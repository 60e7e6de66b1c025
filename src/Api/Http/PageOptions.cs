namespace PyWharf.Api.Http;

/// <summary>How pages for people are served.</summary>
/// <param name="AllowsExternalImages">Whether descriptions may show images of other servers, which then learn who reads what (<c>--external_images</c>).</param>
internal sealed record PageOptions(bool AllowsExternalImages)
{
    /// <summary>The policy of every page: nothing but this server's own style sheet, script and icon.</summary>
    public string ContentSecurityPolicy { get; } =
        "default-src 'none'; style-src 'self'; script-src 'self'; "
        + (AllowsExternalImages ? "img-src 'self' https: http:; " : "img-src 'self'; ")
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
