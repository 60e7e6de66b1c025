using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>Background job: brings a repository's index up to date with its storage.</summary>
public static class SyncIndex
{
    /// <summary>Compares index and storage, and applies the differences.</summary>
    public sealed record Command(Repository Repository) : IRequest<Outcome<SyncReport>>;

    internal sealed class Handler : IRequestHandler<Command, Outcome<SyncReport>>
    {
        public Task<Outcome<SyncReport>> Handle(Command command, CancellationToken cancellationToken) =>
            command.Repository.SyncAsync(cancellationToken);
    }
}
