using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// POST /initialize/: another configuration, as a whole or not at all. Open only while the server has none and no secret for it; else it
/// takes that secret (PYWHARF_INITIALIZE_SECRET), or the admin secret of a repository configured now.
/// </summary>
public static class Initialize
{
    /// <summary>Replaces the configuration.</summary>
    /// <param name="Documents">The new one.</param>
    /// <param name="Credential">Who asks; null when nobody said.</param>
    public sealed record Command(ConfigurationDocuments Documents, Credential? Credential) : IRequest<Outcome<RepositorySet>>;

    internal sealed class Handler(IRepositories repositories, InitializeSecret secret) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        private static readonly Failure Unauthenticated = new(
            FailureKind.Unauthenticated,
            "This server is protected against re-initialization: send a repository's name and its admin secret, or PYWHARF_INITIALIZE_SECRET.");

        public Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken) =>
            MayReplace(command.Credential, repositories.Current) is { } failure
                ? Task.FromResult<Outcome<RepositorySet>>(failure)
                : repositories.ReplaceAsync(command.Documents with { AreOfStranger = !IsKnown(command.Credential, repositories.Current) }, current => MayReplace(command.Credential, current), cancellationToken);

        private Failure? MayReplace(Credential? credential, RepositorySet? current)
        {
            if (current is null && secret.Value is null)
            {
                return null;
            }

            return IsKnown(credential, current) ? null : Unauthenticated;
        }

        private bool IsKnown(Credential? credential, RepositorySet? current) =>
            credential is not null && (OpensServer(credential) || Administers(credential, current));

        private bool OpensServer(Credential credential) => secret.Value?.Matches(credential.Secret) == true;

        private static bool Administers(Credential credential, RepositorySet? current) =>
            RepositoryName.TryParse(credential.User, out var name, out _)
            && current?.AdminSecretOf(name)?.Matches(credential.Secret) == true;
    }
}

/// <summary>What opens POST /initialize/ at any time.</summary>
/// <param name="Value">Null where the operator set none.</param>
public sealed record InitializeSecret(Secret? Value);
