using System.Net;
using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>Branches and the files on them.</content>
internal sealed partial class GitHubApi
{
    private const string Raw = "application/vnd.github.raw+json";

    /// <summary>The largest blob that GitHub gives away, and takes.</summary>
    public const int MaxBlobBytes = 100 * 1024 * 1024;

    private static readonly TimeSpan BlobTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>The files of a commit; null when there is no such branch, and in a repository without commits.</summary>
    /// <param name="token">Who asks.</param>
    /// <param name="branchOrSha">Which commit or tree.</param>
    /// <param name="recursive">With those in folders. A large answer may be cut: <see cref="GitHubTree.Truncated"/>.</param>
    /// <param name="cancellationToken">Stops asking.</param>
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
    /// The files at the top of a branch, unless nothing changed: then GitHub does not count the question. None in a repository without commits.
    /// </summary>
    /// <param name="token">Who asks.</param>
    /// <param name="branch">Which branch.</param>
    /// <param name="etag">From the last answer to the same token for the same branch; null for the first time.</param>
    /// <param name="cancellationToken">Stops asking.</param>
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

    /// <summary>The bytes of a blob, at most 100 MB; what has a digest never changes, and is seen to have it.</summary>
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

    /// <summary>Writes a file to a branch, with a commit of its own.</summary>
    /// <param name="token">Who writes.</param>
    /// <param name="branch">Where to.</param>
    /// <param name="path">With slashes.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="sha">Of the blob that is replaced; null when there is no such file.</param>
    /// <param name="message">Of the commit.</param>
    /// <param name="cancellationToken">Stops asking, perhaps too late.</param>
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
            // As bytes: in the string that a serializer of Octokit's returns, an index of 80 MB takes 214 MB.
            var connection = _transport.Connect(new GitHubRequestOptions { Token = token, AttemptTimeout = BlobTimeout }, cancellationToken);
            var written = await _transport.ReadAsync(connection.Put<GitHubWrittenFile>(
                _transport.Url($"repos/{_owner}/{_repo}/contents/{path.Split('/')}"),
                GitHubTransport.Body(new FileChange(message, content, branch, sha), GitHubJson.Default.FileChange)));

            return written.Content.Sha;
        }
        catch (GitHubException exception)
            // The way in which GitHub says that a file is there where none was expected.
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

    /// <summary>A branch; null when there is none of that name, and in a repository without commits.</summary>
    public Task<GitHubRef?> FindBranchAsync(Secret token, string branch, CancellationToken cancellationToken) =>
        FindAsync(
            GetAsync<GitHubRef>(_transport.Url($"repos/{_owner}/{_repo}/git/ref/heads/{branch.Split('/')}"), token, cancellationToken),
            GitHubErrorKind.NotFound, GitHubErrorKind.Conflict);

    /// <summary>Makes a branch. One that is there already at that commit is as good.</summary>
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

    // 409 is also what rules of a branch answer, and will be for ever: only the sentence tells them from somebody who was faster.
    [GeneratedRegex("rule violation|protected branch|pull request|approving review|status check", RegexOptions.IgnoreCase)]
    private static partial Regex Rule();
}
