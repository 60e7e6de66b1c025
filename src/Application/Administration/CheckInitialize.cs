using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Asked before the documents of POST /initialize/ are read: nothing is received from somebody who may not send it.</summary>
public static class CheckInitialize
{
    /// <summary>Whether the caller may replace the configuration, and as whom.</summary>
    /// <param name="Credential">Who asks; null when nobody said.</param>
    public sealed record Query(Credential? Credential) : IRequest<Outcome<ConfigurationAuthor>>;

    internal sealed class Handler(IRepositories repositories, InitializeAccess access) : IRequestHandler<Query, Outcome<ConfigurationAuthor>>
    {
        public async Task<Outcome<ConfigurationAuthor>> Handle(Query query, CancellationToken cancellationToken)
        {
            // Where another server was given a configuration just now, this one is not open any more. What can't be used is told once the documents are there.
            _ = await repositories.ReloadAsync(cancellationToken);

            return access.AuthorOf(query.Credential, repositories.Current);
        }
    }
}
