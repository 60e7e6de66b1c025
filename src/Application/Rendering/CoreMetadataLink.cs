namespace PyWharf.Application.Rendering;

/// <summary>Tells clients that the core metadata of a file is available at its URL + <c>.metadata</c> (PEP 658, 714).</summary>
/// <param name="Hashes">The digests of that metadata; empty if unknown.</param>
public sealed record CoreMetadataLink(IReadOnlyList<FileHash> Hashes)
{
    /// <summary>What is behind the URL, and the name, of a file in those of its core metadata document.</summary>
    public const string Suffix = ".metadata";

    /// <summary>Available, without a known digest.</summary>
    public static CoreMetadataLink Present { get; } = new([]);
}
