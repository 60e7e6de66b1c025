using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Finds the repository of a request and who sends it, and checks that they may do what it requires.</summary>
internal sealed class AccessBehavior<TRequest, TResponse>(IRepositories repositories, Authenticator authenticator, LoginThrottle throttle, LoginFailures failures)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : RepositoryRequest
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var digest = request.Credential is null ? null : Authenticator.TokenDigestOf(request.Credential);
        RepositorySet set;
        AccessToken? token;
        RepositoryName? name;
        Repository? repository;
        do
        {
            if (repositories.Current is not { } current)
            {
                return TResponse.Fail(repositories.IsConfigurationKnown ? AccessFailure.NotConfigured : ConfigurationFailure.Unknown);
            }

            set = current;
            token = digest is { } known ? set.FindToken(known) ?? await authenticator.FindTokenAsync(known, cancellationToken) : null;
            name = request.Addressed ?? NameIn(set, request.Credential, token);
            repository = name is null ? null : set.Find(name);
        }
        while (repository?.TryHold() == false); // closed just now: the set was replaced

        try
        {
            // A session is for one repository. At another one its visitor is anonymous: that one's storage is not shown the secret.
            var principal = request.Credential is { } credential && !(credential.Session is { } own && own != name)
                ? await AuthenticateAsync(set, name, repository, credential, token, request.RequiredAccess, cancellationToken)
                : Anonymous(set, repository, request.RequiredAccess);
            if (principal.Failure is { } failure)
            {
                return TResponse.Fail(failure);
            }

            // Not null: nobody is let in where there is no repository.
            request.Repository = repository!;
            request.Principal = principal.Value;
            request.Credential?.Principal = principal.Value;

            return RefusalOf(request) is { } refusal ? TResponse.Fail(refusal) : await next();
        }
        finally
        {
            repository?.Release();
        }
    }

    /// <summary>The repository that a credential is for; null if that can't be told.</summary>
    private static RepositoryName? NameIn(RepositorySet set, Credential? credential, AccessToken? token)
    {
        // A token finds its repository by itself, whatever the user name, unless that names another one.
        if (token is not null && (credential is not { IsToken: false } || !RepositoryName.TryParse(credential.User, out var other, out _) || set.Find(other) is null))
        {
            return token.Repository;
        }

        if (credential is not { IsToken: false })
        {
            return set.Only?.Name;
        }

        return RepositoryName.TryParse(credential.User, out var name, out _) ? name : null;
    }

    private static Outcome<Principal> Anonymous(RepositorySet set, Repository? repository, AccessLevel required) =>
        repository is { Settings.Access.AllowsAnonymousRead: true } && required == AccessLevel.Read
            ? new Principal(PrincipalKind.Anonymous, "anonymous", AccessLevel.Read, BackendSecret(set, repository))
            : AccessFailure.Unauthenticated;

    private static Secret BackendSecret(RepositorySet set, Repository repository) => set.AdminSecretOf(repository.Name) ?? AccessFailure.NoSecret;

    private async ValueTask<Outcome<Principal>> AuthenticateAsync(
        RepositorySet set,
        RepositoryName? name,
        Repository? repository,
        Credential credential,
        AccessToken? token,
        AccessLevel required,
        CancellationToken cancellationToken)
    {
        if (credential.IsCommand && repository is not null)
        {
            return new Principal(PrincipalKind.Command, Environment.UserName, AccessLevel.Admin, BackendSecret(set, repository));
        }

        // Before the lock: nobody finds a valid token by trying.
        if (token is not null && repository is not null
            && authenticator.Authenticate(token, credential, repository.Name, set.AdminSecretOf(repository.Name)) is { } holder)
        {
            return holder;
        }

        if (!credential.IsSession && throttle.RemainingLock(credential.From, name) is { } locked)
        {
            return LoginThrottle.TooManyFailures(locked);
        }

        var principal = await AuthenticateAsync(set, name, repository, credential, required, cancellationToken);
        if (principal is { Failure: null, Value.Access: AccessLevel.None })
        {
            if (credential.IsSession)
            {
                return Anonymous(set, repository, required);
            }

            if (repository is { IsGroup: true } && required > AccessLevel.Read && await WritesToMemberAsync(set, repository, credential, token, cancellationToken))
            {
                return GroupFailure.ReadOnly(repository);
            }

            if (!credential.Secret.IsEmpty)
            {
                failures.Add(credential, name, repository?.Name);
            }

            return AccessFailure.Unauthenticated;
        }

        return principal;
    }

    private static async ValueTask<Outcome<Principal>> AuthenticateAsync(
        RepositorySet set, RepositoryName? name, Repository? repository, Credential credential, AccessLevel required, CancellationToken cancellationToken)
    {
        var nobody = new Principal(PrincipalKind.Anonymous, "anonymous", AccessLevel.None, credential.Secret);
        Outcome<Principal> principal = nobody;
        if (repository is null)
        {
            Authenticator.RefuseUnknown(credential.Secret);
        }
        else
        {
            principal = await Authenticator.AuthenticateAsync(
                credential, repository.Backend, repository.Settings.Access, set.AdminSecretOf(repository.Name), required, cancellationToken);
        }

        // A refusal by a remote server takes a while. Local refusals take as long, so that the time does not reveal names.
        if (principal is { Failure: null, Value.Access: AccessLevel.None } && repository?.Backend.Decoy is null && set.Decoy is { } decoy)
        {
            var access = await decoy.GetAccessAsync(name?.ToString() ?? "", credential.Secret, credential.From, cancellationToken);

            return access.Failure is { } failure ? failure : nobody;
        }

        return principal;
    }

    /// <summary>Whether the credential, which does not open the group, writes to one of its members: an uploader who took the wrong URL is told so.</summary>
    private async ValueTask<bool> WritesToMemberAsync(RepositorySet set, Repository group, Credential credential, AccessToken? token, CancellationToken cancellationToken)
    {
        foreach (var member in group.Members)
        {
            if (token is not null)
            {
                if (authenticator.Authenticate(token, credential, member.Name, adminSecret: null) is { Access: >= AccessLevel.Write })
                {
                    return true;
                }
            }

            // A server that is asked about secrets is not asked about those that were shown to another repository.
            else if (member.Backend.Decoy is null
                && await Authenticator.AuthenticateAsync(credential, member.Backend, member.Settings.Access, set.AdminSecretOf(member.Name), AccessLevel.Write, cancellationToken)
                    is { Failure: null, Value.Access: >= AccessLevel.Write })
            {
                return true;
            }
        }

        return false;
    }

    private static Failure? RefusalOf(TRequest request)
    {
        // Commands make tokens of groups: a group has nobody else who may.
        if (request.Repository.IsGroup && request.RequiredAccess > AccessLevel.Read && request.Principal.Kind != PrincipalKind.Command)
        {
            return GroupFailure.ReadOnly(request.Repository);
        }

        if (request.Principal.Access < request.RequiredAccess)
        {
            return AccessFailure.NotAllowed(request.Principal, request.RequiredAccess);
        }

        var scope = request.RequiredAccess == AccessLevel.Read ? request.Principal.Reads : request.Principal.Changes;

        return request is not IProjectRequest { Project: { } project } || scope.Includes(project) ? null
            : request.RequiredAccess == AccessLevel.Read ? ProjectFailure.NotFound(project)
            : AccessFailure.OtherProject(request.Principal, project);
    }
}
