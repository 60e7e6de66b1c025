using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>A file of a source.</summary>
/// <param name="filename">Its name, unchecked.</param>
public abstract class SourceFile(string filename)
{
    /// <summary>Its name, unchecked.</summary>
    public string Filename => filename;

    /// <summary>The digests that the source names; may be none.</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>When it was uploaded there; null if only <see cref="FetchAsync"/> tells, or nothing.</summary>
    public DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Who uploaded it there; null if only <see cref="FetchAsync"/> tells, or nothing.</summary>
    public string? UploadedBy { get; init; }

    /// <summary>The reason of its yank, which may be empty; null if it is not yanked.</summary>
    public string? Yanked { get; init; }

    /// <summary>The specifier set of Requires-Python, unchecked; null if the source has none.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Copies the file into a staging area, with retries where that may help. Its digests are not compared.</summary>
    /// <param name="staging">The staging area.</param>
    /// <param name="maxBytes">The largest file that is taken: a larger one is <see cref="FailureKind.TooLarge"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public abstract Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the file has the bytes of one that is published under its name. Null if only <see cref="FetchAsync"/> can tell.
    /// </summary>
    public virtual Task<bool?> MatchesAsync(PackageFile published, CancellationToken cancellationToken) =>
        Task.FromResult(Hashes.FirstOrDefault(hash => hash.Algorithm == "sha256") is { } known ? known.Hex == published.Sha256.ToString() : (bool?)null);

    /// <summary>The metadata that it was uploaded with; null if the source knows no more than the file itself.</summary>
    public virtual Task<MetadataFields?> ReadFieldsAsync(CancellationToken cancellationToken) => Task.FromResult<MetadataFields?>(null);

    /// <summary>The digests that are computed while it is staged, to be compared with <see cref="Hashes"/>.</summary>
    protected IReadOnlySet<DigestAlgorithm> StagedDigests => SourceDigests.ToStage(Hashes);
}
