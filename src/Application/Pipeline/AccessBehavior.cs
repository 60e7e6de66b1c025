using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Lets nobody through to a repository whom its storage does not know.</summary>
internal sealed class AccessBehavior<TRequest, TResponse>(IRepositories repositories) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : RepositoryRequest
    where TResponse : IOutcome<TResponse>
{
    // One answer for an unknown repository, a wrong secret and none: it must not tell which repositories exist.
    private static readonly Failure Unauthenticated = new(
        FailureKind.Unauthenticated,
        "Wrong or missing credentials: send the repository's name as user name and one of its secrets as password.");

    private static readonly Failure ReadOnly = new(
        FailureKind.Forbidden, "This secret may read but not write: uploads and changes take the repository's write secret.");

    private static readonly Failure NotConfigured = new(
        FailureKind.Unavailable,
        "This server has no repositories yet: start it with --config, or POST a configuration to /initialize/.",
        TimeSpan.FromSeconds(5));

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        if (repositories.Current is not { } set)
        {
            return TResponse.Fail(NotConfigured);
        }

        if (request.Credential is not { } credential || Find(set, credential, request.Addressed) is not { } repository)
        {
            return TResponse.Fail(Unauthenticated);
        }

        var access = await repository.Backend.GetAccessAsync(credential.Secret, request.Needs, cancellationToken);
        if (access.Failure is { } failure)
        {
            return TResponse.Fail(failure);
        }

        if (access.Value < request.Needs)
        {
            return TResponse.Fail(access.Value == AccessLevel.None ? Unauthenticated : ReadOnly);
        }

        request.Repository = repository;

        return await next();
    }

    private static Repository? Find(RepositorySet set, Credential credential, RepositoryName? addressed)
    {
        if (addressed is not null)
        {
            return set.Find(addressed);
        }

        if (credential.IsToken)
        {
            return set.Only;
        }

        return RepositoryName.TryParse(credential.User, out var name, out _) ? set.Find(name) : null;
    }
}
