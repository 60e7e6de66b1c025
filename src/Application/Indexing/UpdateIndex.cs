using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>The command update_index: rebuilds a repository's index from the published files.</summary>
public static class UpdateIndex
{
    /// <summary>Rebuilds the index of a repository that need not be served by this process.</summary>
    /// <param name="Target">The repository and its storage.</param>
    /// <param name="Secret">The secret for the storage; null if none was given.</param>
    /// <param name="Progress">Receives the progress from time to time.</param>
    public sealed record Command(BackendAddress Target, Secret? Secret, IProgress<WorkProgress> Progress) : IRequest<Outcome<SyncReport>>;

    internal sealed class Handler(IBackendOpener backends) : IRequestHandler<Command, Outcome<SyncReport>>
    {
        public async Task<Outcome<SyncReport>> Handle(Command command, CancellationToken cancellationToken)
        {
            var opened = backends.Open(command.Target);
            if (opened.Failure is { } failure)
            {
                return failure;
            }

            using var backend = opened.Value;

            return await backend.RebuildIndexAsync(command.Secret, command.Progress, cancellationToken);
        }
    }
}
