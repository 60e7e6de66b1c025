using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>A person with a session.</summary>
/// <param name="Repository">The repository that the session opens.</param>
/// <param name="Name">What the audit log calls them: the name of the token or secret that opened the session.</param>
/// <param name="CsrfToken">The token that forms send along.</param>
public sealed record Visitor(RepositoryName Repository, string Name, string CsrfToken);
