using PyWharf.Application.Access;

namespace PyWharf.Application.Audit;

/// <summary>Who did something.</summary>
/// <param name="Kind"><c>secret</c>, <c>token</c>, <c>session</c>, <c>github</c> or <c>command</c>.</param>
/// <param name="Name">The name of a token, <c>write secret</c>, a login on GitHub, a user of this machine: never a secret.</param>
public sealed record AuditActor(string Kind, string Name)
{
    /// <summary>The kind of a browser session. Its name is that of the token or secret that opened it.</summary>
    public const string Session = "session";

    /// <summary>The actor of a request.</summary>
    /// <param name="principal">Who sends it.</param>
    /// <param name="credential">What they showed; null for nothing.</param>
    /// <param name="account">The account on a remote storage that their secret belongs to; null if the storage has no accounts.</param>
    internal static AuditActor Of(Principal principal, Credential? credential, string? account)
    {
        var (kind, name) = (principal.Kind, account) switch
        {
            (PrincipalKind.Token, _) => ("token", principal.Name),
            (PrincipalKind.Secret, not null) => ("github", account),
            (PrincipalKind.Secret, null) => ("secret", principal.Name),
            _ => ("command", Environment.UserName),
        };

        return credential switch
        {
            { IsSession: true } => new AuditActor(Session, name),

            // Only requests over the network have an id.
            { RequestId: null } => new AuditActor("command", Environment.UserName),
            _ => new AuditActor(kind, name),
        };
    }
}
