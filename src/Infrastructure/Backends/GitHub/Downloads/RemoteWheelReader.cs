using System.Net.Http.Headers;
using PyWharf.Application.Archives;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Reads the METADATA of a wheel without downloading all of it: the zip directory is at the end of the file, and builders put the metadata right before it.
/// The end is fetched into a sparse file, which the reader of whole wheels reads; where it finds no valid entry, more is fetched.
/// </summary>
internal sealed class RemoteWheelReader(SignedUrls urls, string folder, TimeProvider time)
{
    private const int First = 256 * 1024;
    private const int Most = 16 * 1024 * 1024;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The document; null where the end of the file does not have it. Throws <see cref="GitHubException"/>, also where the file is gone.</summary>
    public async Task<byte[]?> ReadMetadataAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        if (file.Filename.Kind != DistributionKind.Wheel)
        {
            return null;
        }

        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            for (var bytes = First; bytes <= Most; bytes *= 8)
            {
                // Not as a suffix range where the size is known: some storages do not support those.
                var range = file.Size is > 0 and var size ? new RangeHeaderValue(Math.Max(0, size - bytes), size - 1) : new RangeHeaderValue(null, bytes);
                if (await FetchAsync(token, new Uri(file.Location), path, range, cancellationToken) is not { } isWhole)
                {
                    return null;
                }

                if (DistributionArchive.TryReadMetadata(path, file.Filename) is { } document)
                {
                    return document;
                }

                if (isWhole)
                {
                    return null;
                }
            }

            return null;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Whether the response has the whole file; null where it has no usable part.</summary>
    private async Task<bool?> FetchAsync(Secret token, Uri asset, string path, RangeHeaderValue part, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await urls.FetchAsync(token, asset, part, either.Token);
            var (length, range) = (response.Content.Headers.ContentLength, response.Content.Headers.ContentRange);
            if (!response.IsSuccessStatusCode || length is null || length > Most)
            {
                return null;
            }

            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            file.SetLength(range?.Length ?? length.Value);
            file.Position = range?.From ?? 0;
            await using var content = await response.Content.ReadAsStreamAsync(either.Token);
            await content.CopyToAsync(file, either.Token);

            return range is null or { From: 0 };
        }
        catch (Exception exception)
            when (exception.IsTransportError() || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub's storage sends the end of the file only in part.", inner: exception);
        }
    }
}
