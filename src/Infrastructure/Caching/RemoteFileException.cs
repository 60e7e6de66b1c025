using PyWharf.Domain;

namespace PyWharf.Infrastructure.Caching;

/// <summary>A file can't be had from another server.</summary>
/// <param name="failure">What a client is told.</param>
/// <param name="inner">The cause.</param>
internal sealed class RemoteFileException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public Failure Failure => failure;
}
