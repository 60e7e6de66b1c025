using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Application.Sessions;

/// <summary>An authenticated browser session.</summary>
/// <param name="Repository">The repository that it opens.</param>
/// <param name="Actor">What the audit log calls it.</param>
/// <param name="Credential">Its credential, checked on every request: a changed secret ends the session.</param>
/// <param name="CsrfToken">The token that pages of this server send with changes.</param>
/// <param name="ExpiresAt">When it expires.</param>
public sealed record Session(RepositoryName Repository, AuditActor Actor, Credential Credential, string CsrfToken, DateTimeOffset ExpiresAt);
