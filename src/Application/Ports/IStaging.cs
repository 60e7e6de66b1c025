using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>The staging area of uploads. Leftovers of a crash are removed at the next start.</summary>
public interface IStaging
{
    /// <summary>
    /// Copies a stream to the disk and flushes it, computing digests on the way; only one buffer of it is in memory at a time.
    /// <see cref="FailureKind.TooLarge"/> beyond <paramref name="maxBytes"/>, <see cref="FailureKind.OutOfSpace"/> on a full disk,
    /// <see cref="FailureKind.Unavailable"/> on another disk error. Nothing is left behind then, nor when reading <paramref name="source"/>
    /// throws; that exception is passed on.
    /// </summary>
    Task<Outcome<StagedFile>> StageAsync(Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, CancellationToken cancellationToken);
}
