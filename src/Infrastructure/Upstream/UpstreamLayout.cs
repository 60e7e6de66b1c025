using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Where a repository keeps what comes from its upstream index: a cache, which may be deleted at any time.</summary>
/// <param name="root">The server's root folder, absolute.</param>
/// <param name="repository">The repository.</param>
internal sealed class UpstreamLayout(string root, RepositoryName repository)
{
    /// <summary>The name of its folder in that of the repository.</summary>
    public const string FolderName = "upstream";

    /// <summary>The pages of projects, see <see cref="UpstreamPageStore"/>.</summary>
    public string Pages { get; } = Path.Combine(root, "cache", repository.ToString(), FolderName, "pages");

    /// <summary>Files, by their digests.</summary>
    public string Files { get; } = Path.Combine(root, "cache", repository.ToString(), FolderName, "files");

    /// <summary>The first digests of files that the index announces none for.</summary>
    public string Digests { get; } = Path.Combine(root, "cache", repository.ToString(), FolderName, "digests");

    /// <summary>Files that are being downloaded.</summary>
    public string Staging { get; } = Path.Combine(root, "cache", repository.ToString(), FolderName, "staging");
}
