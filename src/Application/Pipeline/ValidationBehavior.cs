using FluentValidation;
using MediatR;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>Runs the validators of a request; the first failing rule is the response, one sentence for the client.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            if (result.Errors is [var error, ..])
            {
                // A rule sets another kind of failure than Invalid by WithState.
                return TResponse.Fail(new Failure(error.CustomState as FailureKind? ?? FailureKind.Invalid, error.ErrorMessage));
            }
        }

        return await next();
    }
}
