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

    internal sealed class Handler(TimeProvider time) : IRequestHandler<Command, Outcome<SyncReport>>
    {
        public async Task<Outcome<SyncReport>> Handle(Command command, CancellationToken cancellationToken)
        {
            var report = await command.Repository.SyncAsync(cancellationToken);
            if (report.Failure is null)
            {
                command.Repository.SyncedAt = time.GetTimestamp();
            }

            return report;
        }
    }
}
