using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// The calls to GitHub's REST API that a repository of packages needs, and no others: Octokit could stand in for this class. Everything that
/// fails throws <see cref="GitHubException"/>. Reads are tried again by themselves; a write is tried once, since whoever makes it has to look
/// whether it took effect (<see cref="Trouble.Unreachable"/>) before it is repeated.
/// </summary>
internal sealed class GitHubApi
{
    // TO BE WRITTEN (signatures are the contract):
    // GitHubApi(HttpClient client, Uri apiUrl, string owner, string repo, TimeProvider time)
    // Task<GitHubRepository> GetRepositoryAsync(Secret token, CancellationToken cancellationToken)
    // Task<GitHubUser> GetUserAsync(Secret token, CancellationToken)
    // Task<GitHubTree?> GetTreeAsync(Secret token, string branchOrSha, bool recursive, CancellationToken)       // null: 404/409 empty
    // Task<Conditional<GitHubTree>> GetTreeIfChangedAsync(Secret token, string branch, string? etag, CancellationToken)  // Value null & NotModified
    // Task<byte[]> GetBlobAsync(Secret token, string sha, CancellationToken)                                      // raw, ≤ 100 MB
    // Task<string> PutFileAsync(Secret token, string branch, string path, ReadOnlyMemory<byte> content, string? sha, string message, CancellationToken)  // blob sha; Conflict on 409 and on 422 "sha wasn't supplied"
    // IAsyncEnumerable<GitHubRelease> ListReleasesAsync(Secret token, CancellationToken)   // newest first, drafts included where the token sees them, de-duplicated by id, per_page shrinks on 502/504
    // Task<GitHubRelease?> FindReleaseAsync(Secret token, string tag, CancellationToken)    // published only; null = 404
    // Task<GitHubRelease> GetReleaseAsync(Secret token, long id, CancellationToken)
    // Task<GitHubRelease> CreateDraftAsync(Secret token, string tag, string body, CancellationToken)
    // Task<GitHubRelease> PublishAsync(Secret token, long id, string tag, string body, CancellationToken)
    // Task DeleteReleaseAsync(Secret token, long id, CancellationToken)
    // Task DeleteTagAsync(Secret token, string tag, CancellationToken)
    // Task<GitHubAsset> UploadAssetAsync(Secret token, GitHubRelease draft, string name, string path, CancellationToken)
    // Task<GitHubAsset?> FindAssetAsync(Secret token, Uri asset, CancellationToken)
    // Task DeleteAssetAsync(Secret token, long id, CancellationToken)
    // Task<AssetContent> OpenAssetAsync(Secret token, Uri asset, CancellationToken)   // Redirect(Uri) or Direct(HttpResponseMessage)
    // Task<HttpResponseMessage> FetchSignedAsync(Uri location, RangeHeaderValue? range, CancellationToken)        // never with a token
    // for github.init_pkg_repo:
    // Task<GitHubRepository> CreateRepositoryAsync(Secret token, string owner, bool isOrganization, string repo, bool isPrivate, string description, CancellationToken)
    // Task<GitHubRef?> FindBranchAsync(Secret token, string branch, CancellationToken)   // null: 404, 409 empty
    // Task CreateBranchAsync(Secret token, string branch, string sha, CancellationToken)
    // Task SetDefaultBranchAsync(Secret token, string branch, CancellationToken)
    // Task EnablePagesAsync(Secret token, string branch, CancellationToken)
}
