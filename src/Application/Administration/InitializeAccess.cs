using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// Decides who may replace the configuration: everybody while there is none and the operator has set no secret; otherwise callers with that
/// secret, or with the admin secret of a configured repository.
/// </summary>
internal sealed class InitializeAccess(InitializeSecret secret)
{
    private static readonly Failure Unauthenticated = new(
        FailureKind.Unauthenticated,
        "This server is protected against re-initialization: send a repository's name and its admin secret, or PYWHARF_INITIALIZE_SECRET.");

    /// <summary>As whom the caller may replace the configuration; <see cref="FailureKind.Unauthenticated"/> if they may not.</summary>
    public Outcome<ConfigurationAuthor> AuthorOf(Credential? credential, RepositorySet? current)
    {
        if (credential is not null)
        {
            // Always compares both secrets, so that the time reveals neither repository names nor which repositories have an admin secret.
            var name = RepositoryName.TryParse(credential.User, out var parsed, out _) ? parsed : null;
            var opensServer = Authenticator.Shows(credential, secret.Value);
            var administers = Authenticator.Shows(credential, name is null ? null : current?.AdminSecretOf(name));
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
