using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
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
        while (repository?.TryHold() == false); // closed just now: another set is in place already

        try
        {
            var access = repository is null
                ? OfNobody(credential.Secret)
                : await repository.Backend.GetAccessAsync(credential.Secret, credential.From, request.RequiredAccess, cancellationToken);

            // A refusal that another server decides takes a while: what is refused here takes as long, so that the time tells no names either.
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

    /// <summary>The name in a credential, of whatever repository; null where it names none.</summary>
    private static RepositoryName? NameIn(RepositorySet set, Credential credential)
    {
        if (credential.IsToken)
        {
            return set.Only?.Name;
        }

        return RepositoryName.TryParse(credential.User, out var name, out _) ? name : null;
    }

    /// <summary>Nothing, after what a repository with a secret for readers and one for writers does.</summary>
    private static AccessLevel OfNobody(Secret secret)
    {
        _ = Nobody.Matches(secret);
        _ = Nobody.Matches(secret);

        return AccessLevel.None;
    }
}
