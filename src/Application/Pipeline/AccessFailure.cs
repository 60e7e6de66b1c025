using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Why a request is refused before its handler sees it.</summary>
internal static class AccessFailure
{
    /// <summary>No secret: that of storages which need none.</summary>
    public static Secret NoSecret { get; } = new("");

    /// <summary>
    /// The same for an unknown repository, a wrong secret, none, and a token that is unknown, expired, revoked or used from elsewhere: the response reveals
    /// neither which repositories exist nor that a token was one.
    /// </summary>
    public static Failure Unauthenticated { get; } = new(
        FailureKind.Unauthenticated,
        "Wrong or missing credentials: send the repository's name as user name and one of its secrets as password, or any user name and a token.");

    /// <summary>The server has no configuration.</summary>
    public static Failure NotConfigured { get; } = new(
        FailureKind.Unavailable,
        "This server has no repositories yet: start it with --config, or POST a configuration to /initialize/.",
        TimeSpan.FromSeconds(5));

    /// <summary>The principal may not do so much.</summary>
    public static Failure NotAllowed(Principal principal, AccessLevel required) => new(FailureKind.Forbidden, (principal, required) switch
    {
        ({ Kind: PrincipalKind.Token }, AccessLevel.Admin) => $"The token {principal.Name} has the permission {NameOf(principal.Access)}: this takes admin.",
        ({ Kind: PrincipalKind.Token }, _) => $"The token {principal.Name} has the permission {NameOf(principal.Access)}: uploads and changes take write.",
        (_, AccessLevel.Admin) when principal.Access == AccessLevel.Write =>
            "This takes an admin token or the repository's admin secret, as its policy says (deletion = \"admin\").",
        _ => "This secret may read but not write: uploads and changes take the repository's write secret.",
    });

    /// <summary>The principal may not change this project.</summary>
    public static Failure OtherProject(Principal principal, ProjectName project) => new(
        FailureKind.Forbidden, $"The token {principal.Name} may not change the project {project}: it is for {string.Join(", ", principal.Changes.Patterns)}.");

    private static string NameOf(AccessLevel level) => level.ToString().ToLowerInvariant();
}
