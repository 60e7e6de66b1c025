using System.Net;
using System.Runtime.CompilerServices;
using Octokit;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>Releases and their tags.</content>
internal sealed partial class GitHubApi
{
    // A release can have 125 kB of text, and GitHub ends a request after ten seconds.
    private static readonly int[] PageSizes = [100, 50, 30, 10];

    /// <summary>
    /// The releases, newest first, each once, with drafts where the token may see them. GitHub lists at most 10,000, and may list a new release only
    /// after some seconds: a release that is missing from the list may exist.
    /// </summary>
    public async IAsyncEnumerable<GitHubRelease> ListReleasesAsync(Secret token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = new HashSet<Uri>();
        var releases = new HashSet<long>();
        var received = 0;
        var size = 0;
        for (var page = Page(); page is not null && pages.Add(page);)
        {
            var options = new GitHubRequestOptions { Token = token, ReturnsGatewayErrors = size < PageSizes.Length - 1 };
            using var response = await _transport.SendAsync(HttpMethod.Get, page, options, cancellationToken);
            if (options.ReturnsGatewayErrors && response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
            {
                size++;
                page = Page();
                continue;
            }

            if (received > 0 && response.StatusCode == HttpStatusCode.UnprocessableEntity)
            {
                // "Only the first 10000 results are available."
                yield break;
            }

            var listed = await _transport.ReadAsync(response, options, GitHubJson.Default.IReadOnlyListGitHubRelease, cancellationToken);
            received += listed.Count;
            // New releases shift the pages, so that a release can be listed twice.
            foreach (var release in listed.Where(release => releases.Add(release.Id)))
            {
                yield return release;
            }

            page = Next(response);
        }

        // The page that has the next release, or one shortly before it.
        Uri? Page() => _transport.Url($"repos/{_owner}/{_repo}/releases?per_page={PageSizes[size]}&page={(received / PageSizes[size]) + 1}");
    }

    /// <summary>The published release of a tag; null when there is none. There may be drafts of it.</summary>
    public Task<GitHubRelease?> FindReleaseAsync(Secret token, string tag, CancellationToken cancellationToken) =>
        FindAsync(GetAsync<GitHubRelease>(_transport.Url($"repos/{_owner}/{_repo}/releases/tags/{tag}"), token, cancellationToken), GitHubErrorKind.NotFound);

    /// <summary>A release, published or a draft.</summary>
    public Task<GitHubRelease> GetReleaseAsync(Secret token, long id, CancellationToken cancellationToken) =>
        GetAsync<GitHubRelease>(Release(id), token, cancellationToken);

    /// <summary>Creates a draft, which only those with push access see. GitHub accepts several drafts of a tag.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: a release of that tag is published.</exception>
    public Task<GitHubRelease> CreateDraftAsync(Secret token, string tag, string body, CancellationToken cancellationToken) =>
        PostAsync<GitHubRelease>(
            _transport.Url($"repos/{_owner}/{_repo}/releases"), new ReleaseContent(tag, tag, body, Draft: true, Prerelease: false), token, cancellationToken);

    /// <summary>Publishes a draft with a new text; GitHub creates its tag.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: another release of that tag is published.</exception>
    public Task<GitHubRelease> PublishAsync(Secret token, long id, string tag, string body, CancellationToken cancellationToken) =>
        _transport.ReadAsync(Connect(token, cancellationToken).Patch<GitHubRelease>(
            Release(id), new ReleaseContent(tag, tag, body, Draft: false, Prerelease: false)));

    /// <summary>Deletes a release with its assets; its tag stays.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.NotFound"/>: it is gone already, or the token may not.</exception>
    public Task DeleteReleaseAsync(Secret token, long id, CancellationToken cancellationToken) =>
        new ReleasesClient(Connect(token, cancellationToken)).Delete(_owner, _repo, id);

    /// <summary>Deletes a tag.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.NotFound"/>: it is gone already, or the token may not.</exception>
    public async Task DeleteTagAsync(Secret token, string tag, CancellationToken cancellationToken)
    {
        try
        {
            // Octokit does not escape names.
            await new ReferencesClient(Connect(token, cancellationToken)).Delete(_owner, _repo, "tags/" + Uri.EscapeDataString(tag));
        }
        catch (GitHubException exception)
            // GitHub answers 422 for a tag that does not exist.
            when (exception.Kind == GitHubErrorKind.Invalid && exception.Message.Contains("Reference does not exist", StringComparison.Ordinal))
        {
            throw new GitHubException(GitHubErrorKind.NotFound, exception.Message, inner: exception);
        }
    }

    private Uri Release(long id) => _transport.Url($"repos/{_owner}/{_repo}/releases/{id}");

    // Any path is followed, but the token is only sent to the origin of the API.
    private Uri? Next(HttpResponseMessage response) =>
        response.NextPage() is not { } next ? null
        : next.HasOriginOf(_transport.Api) ? next
        : throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {_transport.Api.Host} says that its next page is at another server.");
}
