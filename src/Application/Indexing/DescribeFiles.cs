using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>The clock's other request: reads what the index lacks of files that came without an upload, some at a time.</summary>
public static class DescribeFiles
{
    /// <summary>Reads some, and shows what was found; the outcome is how many, 0 when nothing is lacking.</summary>
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
