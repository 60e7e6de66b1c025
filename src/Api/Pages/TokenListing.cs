using PyWharf.Application.Access;
using PyWharf.Application.Browsing;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>What the token page shows.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Tokens">A page of its tokens.</param>
/// <param name="Form">The form that makes another.</param>
/// <param name="Admin">The visitor's own token, which limits those that they make; null for a visitor without limits.</param>
/// <param name="Now">Tokens that ended before then are marked.</param>
public sealed record TokenListing(RepositoryName Repository, Paging<AccessToken> Tokens, TokenForm Form, AccessToken? Admin, DateTimeOffset Now);
