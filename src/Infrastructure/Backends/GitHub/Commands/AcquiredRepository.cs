using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>A repository that packages may be put into. Its default branch has a commit.</summary>
/// <param name="Api">Its calls.</param>
/// <param name="Repository">What GitHub says of it.</param>
/// <param name="Head">The last commit of the default branch.</param>
/// <param name="Files">What is on the default branch; null where GitHub does not show it yet.</param>
internal sealed record AcquiredRepository(GitHubApi Api, GitHubRepository Repository, string Head, GitHubTree? Files)
{
    /// <summary>The account that owns it, as it is spelled.</summary>
    public string Owner => Repository.FullName.Split('/')[0];

    /// <summary>Where workflows count.</summary>
    public string DefaultBranch => Repository.DefaultBranch;

    /// <summary>Whether only those see it who may read it.</summary>
    public bool IsPrivate => Repository.Private;
}
