using PyWharf.Domain;

namespace PyWharf.Infrastructure.Caching;

/// <summary>A file can't be had from another server.</summary>
/// <param name="failure">What a client is told.</param>
/// <param name="inner">The cause.</param>
internal sealed class RemoteFileException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public Failure Failure => failure;

    /// <summary>Whether the same request may succeed in a moment, and nobody has repeated it yet.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the server has the file, but not the part of it that was asked for (416).</summary>
    public bool IsNoSuchPart { get; init; }

    /// <summary>Whether it says nothing about other callers, who may have other rights.</summary>
    public bool IsOfCaller { get; init; }
}
