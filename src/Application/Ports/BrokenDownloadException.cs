using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>The rest of a file can't be had from the server that has it: thrown by reads of <see cref="Download.Content"/>.</summary>
/// <param name="failure">What a client is told that has nothing of the file yet.</param>
public sealed class BrokenDownloadException(Failure failure) : IOException(failure.Message)
{
    /// <summary>What a client is told that has nothing of the file yet.</summary>
    public Failure Failure => failure;
}
