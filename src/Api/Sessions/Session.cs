using PyWharf.Application.Access;

namespace PyWharf.Api.Sessions;

/// <summary>An authenticated browser session.</summary>
/// <param name="Credential">Its credential, checked on every request: a changed secret ends the session.</param>
/// <param name="Holder">Identifies the secret and repository of the session, without revealing the secret.</param>
/// <param name="CsrfToken">The token that pages of this server send with changes.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record Session(Credential Credential, string Holder, string CsrfToken, DateTimeOffset ExpiresAt);
