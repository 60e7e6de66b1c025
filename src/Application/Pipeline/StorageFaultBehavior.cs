using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Pipeline;

/// <summary>
/// The one place where trouble of a disk or a database becomes an answer, for whatever use case met it and in whichever back end: these let
/// exceptions pass, and see to it that nothing is done by halves.
/// </summary>
internal sealed class StorageFaultBehavior<TRequest, TResponse>(IStorageFaults faults) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IOutcome<TResponse>
{
    // «ListFiles» of «PyWharf.Application.Simple.ListFiles+Query»: a request is nested in its use case.
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
