using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>The command update_index: makes a repository's index anew from what is published.</summary>
public static class UpdateIndex
{
    /// <summary>Rebuilds the index of a repository that need not be served by this process.</summary>
    /// <param name="Target">Which repository, and where it lies.</param>
    /// <param name="Secret">What its storage needs for that; null where nothing was given.</param>
    /// <param name="Progress">Told now and then.</param>
    public sealed record Command(BackendAddress Target, Secret? Secret, IProgress<RebuildProgress> Progress) : IRequest<Outcome<SyncReport>>;

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
