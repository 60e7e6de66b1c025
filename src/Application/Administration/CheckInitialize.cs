using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Checks access before the body of POST /initialize/ is read.</summary>
public static class CheckInitialize
{
    /// <summary>Returns as whom the caller may replace the configuration.</summary>
    /// <param name="Credential">The caller's credential; null if there is none.</param>
    public sealed record Query(Credential? Credential) : IRequest<Outcome<ConfigurationAuthor>>;

    internal sealed class Handler(IRepositories repositories, InitializeAccess access, LoginThrottle throttle, LoginFailures failures) : IRequestHandler<Query, Outcome<ConfigurationAuthor>>
    {
        public async Task<Outcome<ConfigurationAuthor>> Handle(Query query, CancellationToken cancellationToken)
        {
            // Another server on the root folder may just have stored a configuration; then anonymous access ends. A failure is reported by Initialize.
            _ = await repositories.FollowAsync(cancellationToken);

            if (!repositories.IsConfigurationKnown)
            {
                return ConfigurationFailure.Unknown;
            }

            var author = access.AuthorOf(query.Credential, repositories.Current);
            if (query.Credential is not { Secret.IsEmpty: false } credential)
            {
                return author;
            }

            var repository = RepositoryName.TryParse(credential.User, out var name, out _) ? name : null;
            if (throttle.RemainingLock(credential.From, repository) is { } locked)
            {
                return LoginThrottle.TooManyFailures(locked);
            }

            if (author.Failure is { Kind: FailureKind.Unauthenticated })
            {
                failures.Add(credential, repository, repository is not null && repositories.Current?.Find(repository) is { } found ? found.Name : null);
            }

            return author;
        }
    }
}
