using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>How clients get files and their metadata documents: from GitHub's storage, through this server, or from its disk.</summary>
/// <param name="proxies">Whether files go through this server; else clients are redirected to GitHub's storage.</param>
/// <param name="urls">Where GitHub's storage has files.</param>
/// <param name="assets">Files that go through this server.</param>
/// <param name="wheels">Reads the metadata of wheels that this server has not seen.</param>
/// <param name="documents">Metadata documents on this disk.</param>
internal sealed class FileDownloads(bool proxies, SignedUrls urls, DownloadCache assets, WheelMetadataBackfill wheels, MetadataStore documents)
{
    /// <summary>The file. Where GitHub sends the bytes itself, there is no URL to redirect to, and they go through this server too.</summary>
    public async ValueTask<Outcome<Download>> OpenAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        try
        {
            return !proxies && await urls.GetAsync(token, new Uri(file.Location), cancellationToken) is { } location
                ? new Download.Redirect(new UriBuilder(location) { Fragment = $"sha256={file.Sha256}" }.Uri)
                : await assets.OpenAsync(ExpectedFile.Of(file), new GitHubAsset(urls, token, file), cancellationToken);
        }
        catch (GitHubException exception)
        {
            return GitHubAsset.FailureOf(exception, file);
        }
    }

    /// <summary>The metadata document of a file that has one. The documents on disk are a cache: what is missing is read from the wheel again.</summary>
    public async ValueTask<Outcome<Download>> OpenMetadataAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        var digest = file.MetadataSha256 ?? throw new ArgumentException("The file has no metadata to be sent.", nameof(file));
        if (documents.Find(digest) is { } kept)
        {
            return new Download.LocalFile(kept);
        }

        try
        {
            await wheels.ReadAsync(token, file, cancellationToken);
        }
        catch (RemoteFileException exception)
        {
            return exception.Failure;
        }

        return documents.Find(digest) is { } path
            ? new Download.LocalFile(path)
            : new Failure(FailureKind.BadGateway, $"The metadata of {file.Filename} can't be read, or is not what it was: install the file itself.");
    }

    /// <summary>The fields of a file's metadata document, where that is on this disk.</summary>
    public MetadataFields FieldsOf(PackageFile file) =>
        file.MetadataSha256 is { } digest && documents.Find(digest) is { } path && CoreMetadata.TryParse(File.ReadAllBytes(path), out var metadata, out _)
            ? MetadataFields.Of(metadata)
            : MetadataFields.None;
}
