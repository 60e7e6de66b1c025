using MediatR;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>Writes the wrong credentials of the last minute to the audit log.</summary>
public static class RecordLoginFailures
{
    /// <summary>Sent each second, and once before the server ends.</summary>
    /// <param name="IsLast">Whether what is not due yet is written too.</param>
    public sealed record Command(bool IsLast) : IRequest<Outcome<Unit>>;

    internal sealed class Handler(LoginFailures failures) : IRequestHandler<Command, Outcome<Unit>>
    {
        public async Task<Outcome<Unit>> Handle(Command command, CancellationToken cancellationToken)
        {
            await failures.WriteAsync(command.IsLast);

            return Unit.Value;
        }
    }
}
