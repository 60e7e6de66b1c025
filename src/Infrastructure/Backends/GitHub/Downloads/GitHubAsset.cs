using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>A published file as an asset of a release.</summary>
/// <param name="urls">The URLs of assets.</param>
/// <param name="token">A token that may read it.</param>
/// <param name="file">The file.</param>
internal sealed class GitHubAsset(SignedUrls urls, Secret token, PackageFile file) : IRemoteFile
{
    /// <inheritdoc/>
    public string Server => "GitHub";

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        try
        {
            var response = await urls.FetchAsync(token, new Uri(file.Location), range, cancellationToken);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var headers = response.Content.Headers;

            return response.StatusCode switch
            {
                HttpStatusCode.PartialContent => new RemoteContent(body, headers.ContentRange?.From ?? 0, headers.ContentLength, headers.ContentRange?.Length, response),
                HttpStatusCode.OK => new RemoteContent(body, from: 0, headers.ContentLength, headers.ContentLength, response),
                _ => throw OtherPart(response),
            };
        }
        catch (GitHubException exception)
        {
            throw new RemoteFileException(FailureOf(exception, file), exception) { IsOfCaller = exception.Kind != GitHubErrorKind.Unavailable };
        }
    }

    private RemoteFileException OtherPart(HttpResponseMessage response)
    {
        response.Dispose();

        return new RemoteFileException(new Failure(
            FailureKind.Unavailable, $"{Server} does not have the part of {file.Filename} that it was asked for: try again later.", TimeSpan.FromSeconds(30)))
        {
            IsNoSuchPart = true,
        };
    }

    /// <summary>The failure of a download.</summary>
    public static Failure FailureOf(GitHubException exception, PackageFile file) => exception.Kind == GitHubErrorKind.NotFound
        ? new Failure(FailureKind.NotFound, $"GitHub no longer has {file.Filename}.")
        : GitHubFailure.Of(exception, $"{file.Filename} can't be had");
}
