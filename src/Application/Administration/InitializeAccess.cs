using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// Who may replace the configuration: everybody while there is none and the operator set no secret for it; else who shows that secret, or
/// the admin secret of a repository configured now.
/// </summary>
internal sealed class InitializeAccess(InitializeSecret secret)
{
    private static readonly Failure Unauthenticated = new(
        FailureKind.Unauthenticated,
        "This server is protected against re-initialization: send a repository's name and its admin secret, or PYWHARF_INITIALIZE_SECRET.");

    // An empty secret matches nothing.
    private static readonly Secret Nothing = new("");

    /// <summary>As whom the caller may replace the configuration; <see cref="FailureKind.Unauthenticated"/> where they may not.</summary>
    public Outcome<ConfigurationAuthor> AuthorOf(Credential? credential, RepositorySet? current)
    {
        if (credential is not null)
        {
            // Both are compared whatever is known: the time taken tells neither which repositories there are, nor which have an admin.
            var name = RepositoryName.TryParse(credential.User, out var parsed, out _) ? parsed : null;
            var opensServer = (secret.Value ?? Nothing).Matches(credential.Secret);
            var administers = ((name is null ? null : current?.AdminSecretOf(name)) ?? Nothing).Matches(credential.Secret);
            if (opensServer)
            {
                return new ConfigurationAuthor.ServerOperator();
            }

            if (name is not null && administers)
            {
                return new ConfigurationAuthor.Admin(name);
            }
        }

        return current is null && secret.Value is null ? new ConfigurationAuthor.Anonymous() : Unauthenticated;
    }
}
