using MediatR;
using PyWharf.Application.Audit;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>
/// Records the refusal of a change that somebody asks for who is known: for lack of permission, or by a rule. Changes that are made are recorded by their use
/// cases, and wrong credentials in <see cref="AccessBehavior{TRequest, TResponse}"/>. The answer does not depend on whether the log can be written.
/// </summary>
internal sealed class AuditBehavior<TRequest, TResponse>(AuditTrail trail) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : RepositoryRequest, IAuditedRequest
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        var response = await next();
        if (response.Failure is { Kind: FailureKind.Forbidden or FailureKind.Conflict or FailureKind.Invalid } refusal
            && request is { Recognised: not null, IsRecorded: false, Attempt: { } attempt })
        {
            _ = await trail.RecordAsync(request, attempt with { Outcome = AuditOutcome.Refused, Reason = refusal.Message });
        }

        return response;
    }
}
