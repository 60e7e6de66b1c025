using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>A repository for packages, whose default branch has a commit.</summary>
/// <param name="Api">Its API.</param>
/// <param name="Repository">What GitHub says of it.</param>
/// <param name="Head">The last commit of the default branch.</param>
/// <param name="Files">The files of the default branch; null where GitHub does not show them yet.</param>
internal sealed record AcquiredRepository(GitHubApi Api, GitHubRepository Repository, string Head, GitHubTree? Files)
{
    /// <summary>The account that owns it, in GitHub's spelling.</summary>
    public string Owner => Repository.FullName.Split('/')[0];

    /// <summary>The branch whose workflows run.</summary>
    public string DefaultBranch => Repository.DefaultBranch;

    /// <summary>Whether it is private.</summary>
    public bool IsPrivate => Repository.Private;
}
