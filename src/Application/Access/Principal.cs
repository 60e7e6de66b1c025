using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>Who sends a request, as far as one repository is concerned: what they are called, and what they may do.</summary>
/// <param name="Kind">What they were recognised by.</param>
/// <param name="Name">The token's name, or which secret it is: <c>write secret</c>. Never a secret.</param>
/// <param name="Access">What they may do.</param>
/// <param name="BackendSecret">The secret with which the back end acts for them: theirs, or for a token the repository's admin secret.</param>
public sealed record Principal(PrincipalKind Kind, string Name, AccessLevel Access, Secret BackendSecret)
{
    /// <summary>The projects that they may read.</summary>
    public ProjectScope Reads { get; init; } = ProjectScope.All;

    /// <summary>The projects that they may change, as far as <see cref="Access"/> goes.</summary>
    public ProjectScope Changes { get; init; } = ProjectScope.All;

    /// <summary>The token that they were recognised by; null for all others.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>The principal of a token.</summary>
    /// <param name="token">A valid one.</param>
    /// <param name="backendSecret">The repository's admin secret; an empty one where its storage needs none.</param>
    public static Principal Of(AccessToken token, Secret backendSecret) =>
        new(PrincipalKind.Token, token.Name.ToString(), token.Permission, backendSecret) { Reads = token.Reads, Changes = token.Projects, Token = token };
}
