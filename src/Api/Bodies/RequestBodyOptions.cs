namespace PyWharf.Api.Bodies;

/// <summary>Limits of request bodies.</summary>
/// <param name="IdleTimeout">The longest pause in the body of a trusted client (<c>--channel_timeout</c>).</param>
/// <param name="MaxUploadBytes">The largest upload (<c>--max_request_body_size</c>); null for no limit but that of the repository.</param>
internal sealed record RequestBodyOptions(TimeSpan IdleTimeout, long? MaxUploadBytes = null);
