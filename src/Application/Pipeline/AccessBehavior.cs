using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Finds the repository of a request, and checks with its storage that the credential grants the required access.</summary>
internal sealed class AccessBehavior<TRequest, TResponse>(IRepositories repositories) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : RepositoryRequest
    where TResponse : IOutcome<TResponse>
{
    // The same response for an unknown repository, a wrong secret and none, so that it does not reveal which repositories exist.
    private static readonly Failure Unauthenticated = new(
        FailureKind.Unauthenticated,
        "Wrong or missing credentials: send the repository's name as user name and one of its secrets as password.");

    private static readonly Secret Nobody = new("");

    private static readonly Failure ReadOnly = new(
        FailureKind.Forbidden, "This secret may read but not write: uploads and changes take the repository's write secret.");

    private static readonly Failure NotConfigured = new(
        FailureKind.Unavailable,
        "This server has no repositories yet: start it with --config, or POST a configuration to /initialize/.",
        TimeSpan.FromSeconds(5));

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        if (request.Credential is not { } credential)
        {
            return TResponse.Fail(repositories.Current is null ? NotConfigured : Unauthenticated);
        }

        RepositorySet set;
        RepositoryName? name;
        Repository? repository;
        do
        {
            if (repositories.Current is not { } current)
            {
                return TResponse.Fail(NotConfigured);
            }

            set = current;
            name = request.Addressed ?? NameIn(set, credential);
            repository = name is null ? null : set.Find(name);
        }
        while (repository?.TryHold() == false); // closed just now: the set was replaced

        try
        {
            var access = repository is null
                ? RefuseUnknown(credential.Secret)
                : await repository.Backend.GetAccessAsync(credential.Secret, credential.From, request.RequiredAccess, cancellationToken);

            // A refusal by a remote server takes a while. Local refusals take as long, so that the time does not reveal names either.
            if (access is { Failure: null, Value: AccessLevel.None } && repository?.Backend.Decoy is null && set.Decoy is { } decoy)
            {
                access = await decoy.GetAccessAsync(name?.ToString() ?? "", credential.Secret, credential.From, cancellationToken);
            }

            if (access.Failure is { } failure)
            {
                return TResponse.Fail(failure);
            }

            if (repository is null || access.Value < request.RequiredAccess)
            {
                return TResponse.Fail(access.Value == AccessLevel.None ? Unauthenticated : ReadOnly);
            }

            request.Repository = repository;

            return await next();
        }
        finally
        {
            repository?.Release();
        }
    }

    /// <summary>The repository name in a credential; null if it has none.</summary>
    private static RepositoryName? NameIn(RepositorySet set, Credential credential)
    {
        if (credential.IsToken)
        {
            return set.Only?.Name;
        }

        return RepositoryName.TryParse(credential.User, out var name, out _) ? name : null;
    }

    /// <summary>Takes the time that checking a read and a write secret takes.</summary>
    private static AccessLevel RefuseUnknown(Secret secret)
    {
        _ = Nobody.Matches(secret);
        _ = Nobody.Matches(secret);

        return AccessLevel.None;
    }
}
