using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>What a client showed: HTTP Basic, a bearer token, or what a browser session stands for.</summary>
/// <param name="User">
/// The repository's name, or <see cref="TokenUser"/> (also for Bearer) where the secret alone should say who asks.
/// </param>
/// <param name="Secret">The password or token.</param>
public sealed record Credential(string User, Secret Secret)
{
    /// <summary>The user name that says «the password is a token», as clients of PyPI send it.</summary>
    public const string TokenUser = "__token__";

    /// <summary>Where the request with it comes from. Trusted proxies are believed in it, and nobody else.</summary>
    public ClientAddress From { get; init; }

    /// <summary>Whether the user name names no repository.</summary>
    public bool IsToken => User is "" or TokenUser;
}
