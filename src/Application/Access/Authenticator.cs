using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>Finds out who shows a credential: the only place where a credential becomes a principal.</summary>
internal sealed class Authenticator(ITokenStore tokens, TimeProvider time)
{
    private static readonly Secret Nobody = new("");

    /// <summary>Whether a credential shows a secret; takes the same time if there is none (null).</summary>
    public static bool Shows(Credential credential, Secret? secret) => (secret ?? Nobody).Matches(credential.Secret);

    /// <summary>The digest of the token that a credential shows; null if it shows something else.</summary>
    public static Sha256Digest? TokenDigestOf(Credential credential) =>
        TokenText.IsWellFormed(credential.Secret) ? TokenText.DigestOf(credential.Secret) : null;

    /// <summary>The token with this digest that was made at run time, valid or not; null if there is none.</summary>
    public ValueTask<AccessToken?> FindTokenAsync(Sha256Digest digest, CancellationToken cancellationToken) => tokens.FindAsync(digest, cancellationToken);

    /// <summary>The principal of a token; null if it does not open the repository now, from where the client is.</summary>
    public Principal? Authenticate(AccessToken token, Credential credential, RepositoryName repository, Secret? adminSecret)
    {
        if (token.Repository != repository || !token.IsValid(time.GetUtcNow(), credential.Address))
        {
            return null;
        }

        tokens.Used(token);

        return Principal.Of(token, adminSecret ?? Nobody);
    }

    /// <summary>The principal of a secret; its access is <see cref="AccessLevel.None"/> if the secret opens nothing.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="backend">The repository's storage, which knows its secrets.</param>
    /// <param name="rules">The repository's rules.</param>
    /// <param name="adminSecret">The repository's admin secret; null if it has none.</param>
    /// <param name="required">The access that the request requires.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask<Outcome<Principal>> AuthenticateAsync(
        Credential credential, IRepositoryBackend backend, AccessRules rules, Secret? adminSecret, AccessLevel required, CancellationToken cancellationToken)
    {
        var isAdmin = Shows(credential, adminSecret);

        // A token of ours that is revoked, or of another server, is nothing to be sent to another one.
        var access = backend.Decoy is not null && TokenText.IsWellFormed(credential.Secret)
            ? AccessLevel.None
            : await backend.GetAccessAsync(
                credential.Secret, credential.From, required < AccessLevel.Write ? required : AccessLevel.Write, cancellationToken);
        if (access.Failure is { } failure)
        {
            return failure;
        }

        var name = access.Value switch
        {
            AccessLevel.None => "admin secret",
            AccessLevel.Read => "read secret",
            _ => "write secret",
        };
        var level = access.Value switch
        {
            AccessLevel.Write when isAdmin || !rules.RequiresAdmin => AccessLevel.Admin,

            // Where another server decides, it decides also about the admin secret.
            _ when isAdmin && backend.Decoy is null => AccessLevel.Admin,
            var granted => granted,
        };

        return new Principal(PrincipalKind.Secret, name, level, credential.Secret);
    }

    /// <summary>Takes the time that the check of a secret takes that opens nothing, for a repository that does not exist.</summary>
    public static void RefuseUnknown(Secret secret)
    {
        // The admin, the write and the read secret.
        _ = Nobody.Matches(secret);
        _ = Nobody.Matches(secret);
        _ = Nobody.Matches(secret);
    }
}
