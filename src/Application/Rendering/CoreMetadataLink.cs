namespace PyWharf.Application.Rendering;

/// <summary>Says that a file's core metadata can be had at the file's URL + <c>.metadata</c> (PEP 658, 714).</summary>
/// <param name="Hashes">The digests of that metadata; may be empty, then its presence is all that is known.</param>
public sealed record CoreMetadataLink(IReadOnlyList<FileHash> Hashes)
{
    /// <summary>It is there, but its digest is not known.</summary>
    public static CoreMetadataLink Present { get; } = new([]);
}
