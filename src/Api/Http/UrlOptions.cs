namespace PyWharf.Api.Http;

/// <summary>How clients reach this server, as configured.</summary>
/// <param name="Prefix">The path under which a proxy publishes the server (<c>--url_prefix</c>); empty, or with a leading and without a trailing slash.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c> for all links (<c>--url_scheme</c>); null to use the scheme of the request.</param>
/// <param name="HasTrustedProxies">Whether forwarding headers of some proxies are believed (<c>--trusted_proxy</c>).</param>
internal sealed record UrlOptions(string Prefix, string? Scheme, bool HasTrustedProxies);
