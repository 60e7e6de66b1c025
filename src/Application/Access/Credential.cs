using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>The credential of a client: from HTTP Basic, a bearer token or a browser session.</summary>
/// <param name="User">
/// The repository's name, or <see cref="TokenUser"/> (also for Bearer) if the secret alone identifies the client.
/// </param>
/// <param name="Secret">The password or token.</param>
public sealed record Credential(string User, Secret Secret)
{
    /// <summary>The user name that PyPI clients send with an API token as password.</summary>
    public const string TokenUser = "__token__";

    /// <summary>The address of the client, forwarded by trusted proxies only.</summary>
    public ClientAddress From { get; init; }

    /// <summary>Whether the user name names no repository.</summary>
    public bool IsToken => User is "" or TokenUser;
}
