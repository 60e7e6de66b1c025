using System.Net;
using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>What a client shows to be let in: from HTTP Basic, a bearer token or a browser session.</summary>
/// <param name="User">
/// The repository's name, or <see cref="TokenUser"/> (also for Bearer) if the secret alone identifies the client.
/// </param>
/// <param name="Secret">The password or token.</param>
public sealed record Credential(string User, Secret Secret)
{
    /// <summary>The user name that PyPI clients send with an API token as password.</summary>
    public const string TokenUser = "__token__";

    /// <summary>The address of the client, forwarded by trusted proxies only; null for a command on this machine.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Identifies the request in logs; null for a command.</summary>
    public string? RequestId { get; init; }

    /// <summary>The repository of the browser session that it comes from; null if it comes from none.</summary>
    public RepositoryName? Session { get; init; }

    /// <summary>Whether it comes from a browser session, whose login checked it: nobody guesses secrets with it.</summary>
    public bool IsSession => Session is not null;

    /// <summary>Whether it is that of a command on this machine, which needs no secret as it can read the configuration that holds them.</summary>
    public bool IsCommand { get; private init; }

    /// <summary>Who turned out to show it, for the access log; null while nobody is known.</summary>
    public Principal? Principal { get; set; }

    /// <summary>The client, for limits.</summary>
    public ClientAddress From => ClientAddress.Of(Address);

    /// <summary>Whether the user name names no repository.</summary>
    public bool IsToken => User is "" or TokenUser;

    /// <summary>The credential of a command on this machine, for a repository whose secrets its configuration holds. No request from a network has it.</summary>
    public static Credential OfCommand(RepositoryName repository) => new(repository.ToString(), new Secret("")) { IsCommand = true };
}
