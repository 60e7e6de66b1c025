using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>Assets: the files of releases.</content>
internal sealed partial class GitHubApi
{
    /// <summary>How long an upload may make no progress, the wait for the response included.</summary>
    private static readonly TimeSpan UploadIdleTimeout = TimeSpan.FromMinutes(2);

    private static readonly GitHubRequestOptions Signed = new() { ExpectsJson = false, MaxResponseBytes = null };

    /// <summary>Adds a file to a draft, for as long as it makes progress. GitHub may change its name: compare.</summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="draft">The release.</param>
    /// <param name="name">The name of the asset.</param>
    /// <param name="path">The file, which does not change meanwhile.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: the draft has an asset of that name, perhaps one of a failed upload.</exception>
    public async Task<GitHubAsset> UploadAssetAsync(
        Secret token, GitHubRelease draft, string name, string path, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(UploadIdleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var content = new FileContent(path, progressed: () => timeout.CancelAfter(UploadIdleTimeout));
        // The original program sends this type for every file.
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        try
        {
            var options = new GitHubRequestOptions { Token = token, AttemptTimeout = Timeout.InfiniteTimeSpan };
            using var response = await _transport.SendAsync(HttpMethod.Post, UploadUrl(draft, name), options, either.Token, content);

            return await _transport.ReadAsync(response, options, GitHubJson.Default.GitHubAsset, either.Token);
        }
        catch (Exception exception)
            when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested && exception is not GitHubException)
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub did not take the file in time.", inner: exception);
        }
    }

    /// <summary>An asset; null when there is none.</summary>
    public Task<GitHubAsset?> FindAssetAsync(Secret token, Uri asset, CancellationToken cancellationToken) =>
        FindAsync(GetAsync<GitHubAsset>(Checked(asset), token, cancellationToken), GitHubErrorKind.NotFound);

    /// <summary>Deletes an asset.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.NotFound"/>: it is gone already, or the token may not.</exception>
    public Task DeleteAssetAsync(Secret token, long id, CancellationToken cancellationToken) =>
        // Not by Octokit's ReleasesClient, whose asset ids are Int32.
        Connect(token, cancellationToken).Delete(_transport.Url($"repos/{_owner}/{_repo}/releases/assets/{id}"));

    /// <summary>Requests the bytes of an asset. The caller disposes of the result.</summary>
    public async Task<AssetContent> OpenAssetAsync(Secret token, Uri asset, CancellationToken cancellationToken)
    {
        var options = new GitHubRequestOptions { Token = token, ExpectsJson = false, MaxResponseBytes = null, ReturnsAssetRedirect = true };
        var response = await _transport.SendAsync(
            HttpMethod.Get, Checked(asset), options, cancellationToken, headers: headers => headers.Add("Accept", "application/octet-stream"));
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return new AssetContent.Direct(response);
        }

        using (response)
        {
            if ((int)response.StatusCode is >= 300 and < 400 && response.Location(response.RequestMessage?.RequestUri) is { } location)
            {
                return location.IsAsSafeAs(_transport.Api)
                    ? new AssetContent.Redirect(location)
                    : throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {_transport.Api.Host} keeps the file in an unsafe place.");
            }

            throw await GitHubExceptionFactory.ReadAsync(response, options, _time.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>Fetches the target of an <see cref="AssetContent.Redirect"/>, without a token: the storage rejects requests that have one.</summary>
    /// <param name="location">The signed URL.</param>
    /// <param name="range">The part to fetch; null for all.</param>
    /// <param name="cancellationToken">Cancels the request; the body is read later.</param>
    /// <returns>200, 206 or 416, with its body not read yet. The caller disposes of it.</returns>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.Forbidden"/>: the URL has expired.</exception>
    public async Task<HttpResponseMessage> FetchSignedAsync(Uri location, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var response = await _transport.SendAsync(HttpMethod.Get, location, Signed, cancellationToken, headers: headers => headers.Range = range);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return response;
        }

        using (response)
        {
            throw await GitHubExceptionFactory.ReadAsync(response, Signed, _time.GetUtcNow(), cancellationToken);
        }
    }

    // Uri.EscapeDataString turns + into %2B. A bare + in a query means a space, which GitHub would turn into a dot.
    private Uri UploadUrl(GitHubRelease draft, string name)
    {
        var template = draft.UploadUrl.OriginalString;
        var address = template.IndexOf('{', StringComparison.Ordinal) is >= 0 and var end ? template[..end] : template;

        return Uri.TryCreate($"{address}?name={Uri.EscapeDataString(name)}", UriKind.Absolute, out var url) && url.IsAsSafeAs(_transport.Api)
            ? url
            : throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {_transport.Api.Host} gave no URL for uploads.");
    }

    // The URL comes from the index file, which others can write, and the caller's token is sent to it.
    private Uri Checked(Uri asset) =>
        asset.IsAbsoluteUri && asset.HasOriginOf(_transport.Api) && asset.Query.Length == 0 && AssetPath().IsMatch(asset.AbsolutePath)
            ? asset
            : throw new GitHubException(GitHubErrorKind.Invalid, $"The index names a file that is no asset of GitHub at {_transport.Api.Host}.");

    [GeneratedRegex("/releases/assets/[0-9]+$")]
    private static partial Regex AssetPath();
}
