using System.Net;
using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>Branches and the files on them.</content>
internal sealed partial class GitHubApi
{
    private const string Raw = "application/vnd.github.raw+json";

    /// <summary>The largest blob that GitHub sends and accepts.</summary>
    public const int MaxBlobBytes = 100 * 1024 * 1024;

    private static readonly TimeSpan BlobTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>The files of a commit; null when there is no such branch, or the repository has no commits.</summary>
    /// <param name="token">The caller's token.</param>
    /// <param name="branchOrSha">Which commit or tree.</param>
    /// <param name="recursive">Includes files in folders. A large tree may be incomplete: <see cref="GitHubTree.Truncated"/>.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<GitHubTree?> GetTreeAsync(Secret token, string branchOrSha, bool recursive, CancellationToken cancellationToken) =>
        FindAsync(
            GetAsync<GitHubTree>(
                recursive
                    ? _transport.Url($"repos/{_owner}/{_repo}/git/trees/{branchOrSha}?recursive=1")
                    : _transport.Url($"repos/{_owner}/{_repo}/git/trees/{branchOrSha}"),
                token,
                cancellationToken),
            GitHubErrorKind.NotFound, GitHubErrorKind.Conflict);

    /// <summary>
    /// The files at the root of a branch, as a conditional request: a 304 does not count against the rate limit. Without commits there is no value.
    /// </summary>
    /// <param name="token">The caller's token.</param>
    /// <param name="branch">Which branch.</param>
    /// <param name="etag">From the last response to the same token for the same branch; null for the first request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.NotFound"/>: there is no such branch, or the repository is not there for this token.</exception>
    public async Task<ConditionalResponse<GitHubTree>> GetTreeIfChangedAsync(
        Secret token, string branch, string? etag, CancellationToken cancellationToken)
    {
        var options = new GitHubRequestOptions { Token = token };
        using var response = await _transport.SendAsync(
            HttpMethod.Get,
            _transport.Url($"repos/{_owner}/{_repo}/git/trees/{branch}"),
            options,
            cancellationToken,
            headers: etag is null ? null : headers => headers.TryAddWithoutValidation("If-None-Match", etag));

        return response.StatusCode switch
        {
            HttpStatusCode.NotModified when etag is not null => new ConditionalResponse<GitHubTree>(null, etag, NotModified: true),
            HttpStatusCode.Conflict => new ConditionalResponse<GitHubTree>(null, null, NotModified: false),
            _ => new ConditionalResponse<GitHubTree>(
                await _transport.ReadAsync(response, options, GitHubJson.Default.GitHubTree, cancellationToken),
                response.Headers.ETag?.ToString(),
                NotModified: false),
        };
    }

    /// <summary>The bytes of a blob, at most 100 MB, with their digest verified.</summary>
    public async Task<byte[]> GetBlobAsync(Secret token, string sha, CancellationToken cancellationToken)
    {
        var options = new GitHubRequestOptions { Token = token, ExpectsJson = false, MaxResponseBytes = MaxBlobBytes, AttemptTimeout = BlobTimeout };
        using var response = await _transport.SendAsync(
            HttpMethod.Get,
            _transport.Url($"repos/{_owner}/{_repo}/git/blobs/{sha}"),
            options,
            cancellationToken,
            headers: headers => headers.Add("Accept", Raw));
        await _transport.CheckAsync(response, options, cancellationToken);

        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);

        return GitBlob.ShaOf(content) == sha
            ? content
            : throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {_transport.Api.Host} sent another file than it was asked for, or half of it.", RetryDelay);
    }

    /// <summary>Writes a file to a branch, in a commit of its own.</summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="path">With slashes.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="sha">The digest of the blob that it replaces; null for a new file.</param>
    /// <param name="message">Of the commit.</param>
    /// <param name="cancellationToken">Cancels the request, which may have taken effect.</param>
    /// <returns>The digest of the new blob.</returns>
    /// <exception cref="GitHubException">
    /// <see cref="GitHubErrorKind.Conflict"/>: the file is not what <paramref name="sha"/> says, or the branch moved on. <see cref="GitHubErrorKind.Invalid"/>: a
    /// rule of the branch forbids it.
    /// </exception>
    public async Task<string> PutFileAsync(
        Secret token, string branch, string path, ReadOnlyMemory<byte> content, string? sha, string message, CancellationToken cancellationToken)
    {
        try
        {
            // As HttpContent: the string that a serializer of Octokit returns takes 214 MB for an index of 80 MB.
            var connection = _transport.Connect(new GitHubRequestOptions { Token = token, AttemptTimeout = BlobTimeout }, cancellationToken);
            var written = await _transport.ReadAsync(connection.Put<GitHubWrittenFile>(
                _transport.Url($"repos/{_owner}/{_repo}/contents/{path.Split('/')}"),
                GitHubTransport.Body(new FileChange(message, content, branch, sha), GitHubJson.Default.FileChange)));

            return written.Content.Sha;
        }
        catch (GitHubException exception)
            // GitHub's answer when the file exists and no sha was sent.
            when (exception.Kind == GitHubErrorKind.Invalid && exception.Message.Contains("\"sha\" wasn't supplied", StringComparison.Ordinal))
        {
            throw new GitHubException(GitHubErrorKind.Conflict, exception.Message, inner: exception);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Conflict && Rule().IsMatch(exception.Message))
        {
            throw new GitHubException(
                GitHubErrorKind.Invalid,
                $"{exception.Message} The branch {branch} is protected: let the account of this token bypass its rules, or give the index a branch of its own",
                inner: exception);
        }
    }

    /// <summary>A branch; null when there is none of that name, or the repository has no commits.</summary>
    public Task<GitHubRef?> FindBranchAsync(Secret token, string branch, CancellationToken cancellationToken) =>
        FindAsync(
            GetAsync<GitHubRef>(_transport.Url($"repos/{_owner}/{_repo}/git/ref/heads/{branch.Split('/')}"), token, cancellationToken),
            GitHubErrorKind.NotFound, GitHubErrorKind.Conflict);

    /// <summary>Creates a branch. One that exists at the same commit is a success.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: it is at another commit.</exception>
    public async Task CreateBranchAsync(Secret token, string branch, string sha, CancellationToken cancellationToken)
    {
        try
        {
            await Connect(token, cancellationToken).Post<object>(
                _transport.Url($"repos/{_owner}/{_repo}/git/refs"), new NewRef($"refs/heads/{branch}", sha), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.AlreadyExists)
        {
            if ((await FindBranchAsync(token, branch, cancellationToken))?.Object.Sha != sha)
            {
                throw;
            }
        }
    }

    // Branch rules answer 409 too, and a retry never helps: only the message tells them from a concurrent commit.
    [GeneratedRegex("rule violation|protected branch|pull request|approving review|status check", RegexOptions.IgnoreCase)]
    private static partial Regex Rule();
}
