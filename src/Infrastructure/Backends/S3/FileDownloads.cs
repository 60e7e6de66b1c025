using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>How clients get files and their metadata documents: from the storage, through this server, or from its disk.</summary>
/// <param name="proxies">Whether files go through this server; else clients are redirected to the storage.</param>
/// <param name="store">The storage.</param>
/// <param name="cache">Files that go through this server.</param>
/// <param name="describer">Metadata documents.</param>
internal sealed class FileDownloads(bool proxies, ObjectStore store, DownloadCache cache, FileDescriber describer)
{
    /// <summary>The file.</summary>
    public async ValueTask<Outcome<Download>> OpenAsync(PackageFile file, CancellationToken cancellationToken)
    {
        if (proxies)
        {
            return await cache.OpenAsync(ExpectedFile.Of(file), new S3File(store, file), cancellationToken);
        }

        try
        {
            // A redirect to a file that is gone, or to a storage that is away, would be no answer to the client.
            var key = store.Keys.File(file);
            if (await store.HeadAsync(key, cancellationToken) is not { } found || found.Size != file.Size)
            {
                return new Failure(FailureKind.NotFound, "The file was removed from the object storage, or replaced, since its index was read.");
            }

            var location = await store.PresignAsync(key, file.Filename.ToString(), cancellationToken);

            return new Download.Redirect(new UriBuilder(location) { Fragment = $"sha256={file.Sha256}" }.Uri);
        }
        catch (S3Exception exception)
        {
            return S3Failure.Of(exception, $"{file.Filename} can't be had");
        }
    }

    /// <summary>The metadata document of a file that has one. The documents on disk are a cache: what is missing is read from the wheel again.</summary>
    public async ValueTask<Outcome<Download>> OpenMetadataAsync(PackageFile file, CancellationToken cancellationToken)
    {
        var digest = file.MetadataSha256 ?? throw new ArgumentException("The file has no metadata to be sent.", nameof(file));
        try
        {
            return await describer.FindDocumentAsync(file, digest, cancellationToken) is { } path
                ? new Download.LocalFile(path)
                : new Failure(FailureKind.NotFound, $"The metadata of {file.Filename} can't be read, or is not what it was: install the file itself.");
        }
        catch (S3Exception exception)
        {
            return S3Failure.Of(exception, $"the metadata of {file.Filename} can't be had");
        }
    }
}
