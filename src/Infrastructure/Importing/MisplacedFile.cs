using PyWharf.Application.Importing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A file that a folder's own list places outside the folder.</summary>
internal sealed class MisplacedFile(string filename) : SourceFile(filename)
{
    /// <inheritdoc/>
    public override Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<FetchedFile>>(new Failure(FailureKind.Invalid, "Its path leads out of the folder that is imported."));
}
