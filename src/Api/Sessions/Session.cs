using PyWharf.Application.Access;

namespace PyWharf.Api.Sessions;

/// <summary>A browser that showed a good secret.</summary>
/// <param name="Credential">What it showed; asked again of the storage on every request, so that a changed secret ends the session.</param>
/// <param name="Holder">The same for all sessions of one secret of one repository, however its name was typed; not the secret itself.</param>
/// <param name="CsrfToken">What only a page of ours can send along.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record Session(Credential Credential, string Holder, string CsrfToken, DateTimeOffset ExpiresAt);
