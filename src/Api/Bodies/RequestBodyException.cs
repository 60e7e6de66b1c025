using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>The body did not arrive in time. The connection closes after the response, since the start of the next request is unknown.</summary>
internal sealed class RequestBodyException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure => failure;
}
