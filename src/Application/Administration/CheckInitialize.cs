using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Asked before the documents of POST /initialize/ are read: nothing is received from somebody who may not send it.</summary>
public static class CheckInitialize
{
    /// <summary>Whether the caller may replace the configuration, and as whom.</summary>
    /// <param name="Credential">Who asks; null when nobody said.</param>
    public sealed record Query(Credential? Credential) : IRequest<Outcome<Caller>>;

    /// <summary>Who may replace the configuration now.</summary>
    public enum Caller
    {
        /// <summary>Whoever comes first, as there is no configuration.</summary>
        Anybody,

        /// <summary>Who showed a secret that opens it.</summary>
        Known,
    }

    internal sealed class Handler(IRepositories repositories, InitializeAccess access) : IRequestHandler<Query, Outcome<Caller>>
    {
        public Task<Outcome<Caller>> Handle(Query query, CancellationToken cancellationToken)
        {
            var current = repositories.Current;

            return Task.FromResult<Outcome<Caller>>(
                access.RefusalOf(query.Credential, current) is { } refusal ? refusal
                : access.IsKnown(query.Credential, current) ? Caller.Known
                : Caller.Anybody);
        }
    }
}
