using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
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

    /// <summary>Why the caller may not; null when they may.</summary>
    public Failure? RefusalOf(Credential? credential, RepositorySet? current) =>
        (current is null && secret.Value is null) || IsKnown(credential, current) ? null : Unauthenticated;

    /// <summary>Whether the caller showed a secret that opens it, rather than found it open.</summary>
    public bool IsKnown(Credential? credential, RepositorySet? current) =>
        credential is not null && (OpensServer(credential) || Administers(credential, current));

    private bool OpensServer(Credential credential) => secret.Value?.Matches(credential.Secret) == true;

    private static bool Administers(Credential credential, RepositorySet? current) =>
        RepositoryName.TryParse(credential.User, out var name, out _)
        && current?.AdminSecretOf(name)?.Matches(credential.Secret) == true;
}
