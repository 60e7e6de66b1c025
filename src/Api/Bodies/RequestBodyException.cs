using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>The rest of a body is not waited for. Where the next request would begin is then unknown: the connection ends with the answer.</summary>
internal sealed class BodyException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure => failure;
}
