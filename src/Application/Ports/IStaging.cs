using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Where uploads wait until they are published. What a crash leaves here is swept at the next start.</summary>
public interface IStaging
{
    /// <summary>
    /// Copies a stream to the disk and flushes it there, hashing on the way; holds one buffer of it in memory at any time.
    /// <see cref="FailureKind.TooLarge"/> beyond <paramref name="maxBytes"/>, <see cref="FailureKind.OutOfSpace"/> on a full disk,
    /// <see cref="FailureKind.Unavailable"/> on any other trouble with it; nothing is left of it then, nor when reading
    /// <paramref name="source"/> throws, which is passed on.
    /// </summary>
    Task<Outcome<StagedFile>> StageAsync(Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, CancellationToken cancellationToken);
}
