using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>Background job: reads the metadata of files that did not come by an upload, a few at a time.</summary>
public static class DescribeFiles
{
    /// <summary>Describes some files and refreshes the index; returns their number, 0 when nothing is missing.</summary>
    public sealed record Command(Repository Repository) : IRequest<Outcome<int>>;

    internal sealed class Handler : IRequestHandler<Command, Outcome<int>>
    {
        public async Task<Outcome<int>> Handle(Command command, CancellationToken cancellationToken)
        {
            var described = await command.Repository.Backend.DescribeAsync(cancellationToken);
            if (described.Failure is not null || described.Value == 0)
            {
                return described;
            }

            return await command.Repository.RefreshAsync(cancellationToken) is { } failure ? failure : described;
        }
    }
}
