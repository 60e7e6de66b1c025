using System.Text.Json.Serialization;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// A repository. The types in this file are responses, with the fields that are used here: unknown fields are ignored, and fields with a default may be
/// missing.
/// </summary>
internal sealed record GitHubRepository(
    long Id,
    string FullName,
    bool Private,
    string DefaultBranch,
    bool Archived,
    GitHubPermissions? Permissions = null);

/// <summary>What the token's user may do with a repository.</summary>
internal sealed record GitHubPermissions(bool Pull, bool Push);

/// <summary>A user or an organisation.</summary>
internal sealed record GitHubUser(string Login);

/// <summary>A release. Ours have one package file each, whose name is the tag.</summary>
internal sealed record GitHubRelease(
    long Id,
    string TagName,
    string? Body,
    bool Draft,
    DateTimeOffset? PublishedAt,
    Uri UploadUrl,
    IReadOnlyList<GitHubAsset> Assets);

/// <summary>A file of a release.</summary>
internal sealed record GitHubAsset(
    long Id,
    Uri Url,
    string Name,
    string State,
    long Size,
    Uri BrowserDownloadUrl,
    string? Digest = null)
{
    /// <summary>Whether the upload is complete: a failed one leaves an asset in another state.</summary>
    [JsonIgnore]
    public bool IsWhole => State == "uploaded";
}

/// <summary>A folder of a commit.</summary>
internal sealed record GitHubTree(string Sha, IReadOnlyList<GitHubTreeEntry> Tree, bool Truncated)
{
    /// <summary>The entry of that path, or null.</summary>
    public GitHubTreeEntry? Find(string path) => Tree.FirstOrDefault(entry => entry.Path == path);
}

/// <summary>A file (<c>blob</c>) or folder (<c>tree</c>) in a <see cref="GitHubTree"/>.</summary>
internal sealed record GitHubTreeEntry(string Path, string Type, string Sha, long? Size = null);

/// <summary>The response to a file written to a branch.</summary>
internal sealed record GitHubWrittenFile(GitHubTreeEntryOfContent Content);

/// <summary>The blob that was written.</summary>
internal sealed record GitHubTreeEntryOfContent(string Sha);

/// <summary>A branch or tag.</summary>
internal sealed record GitHubRef(string Ref, GitHubRefTarget Object);

/// <summary>What a <see cref="GitHubRef"/> points to.</summary>
internal sealed record GitHubRefTarget(string Sha);
