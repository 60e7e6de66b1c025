using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>A new token with its text, which is shown once and kept nowhere.</summary>
/// <param name="Token">The token.</param>
/// <param name="Text">Its text.</param>
public sealed record CreatedToken(AccessToken Token, Secret Text);
