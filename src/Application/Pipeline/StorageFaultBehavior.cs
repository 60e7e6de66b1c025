using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>
/// Maps exceptions of disks and databases to failures, for all use cases and back ends. Those let such exceptions pass, and leave nothing
/// half done.
/// </summary>
internal sealed class StorageFaultBehavior<TRequest, TResponse>(IStorageFaults faults) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IOutcome<TResponse>
{
    // A request is nested in its use case: «ListFiles» of «PyWharf.Application.Simple.ListFiles+Query».
    private static readonly string Name = typeof(TRequest).DeclaringType?.Name ?? typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        try
        {
            return await next();
        }
        catch (Exception exception) when (faults.Explain(exception, What(request)) is { } failure)
        {
            return TResponse.Fail(failure);
        }
    }

    private static string What(TRequest request) => request is RepositoryRequest { Found: { } repository } ? $"{Name} in {repository}" : Name;
}
