using System.Net.Http.Headers;
using PyWharf.Application.Archives;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Reads the METADATA of a wheel without downloading all of it: the zip directory is at the end of the file, and builders put the metadata right before it.
/// The end is fetched into a sparse file, which the reader of whole wheels reads; where it finds no valid entry, more is fetched.
/// </summary>
/// <param name="folder">Where the sparse file is made.</param>
/// <param name="time">Measures timeouts.</param>
internal sealed class RemoteWheelReader(string folder, TimeProvider time)
{
    private const int First = 256 * 1024;
    private const int Most = 16 * 1024 * 1024;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>The document; null where the end of the file does not have it. Throws <see cref="RemoteFileException"/>, also where the file is gone.</summary>
    public async Task<byte[]?> ReadMetadataAsync(PackageFile file, IRemoteFile remote, CancellationToken cancellationToken)
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
                if (await FetchAsync(remote, path, range, cancellationToken) is not { } isWhole)
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
    private async Task<bool?> FetchAsync(IRemoteFile remote, string path, RangeHeaderValue part, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var content = await remote.OpenAsync(part, either.Token);
            if (content.Bytes is not <= Most || content.Length is not { } length)
            {
                return null;
            }

            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            file.SetLength(length);
            file.Position = content.From;
            await content.Body.CopyToAsync(file, either.Token);

            return content.From == 0;
        }
        catch (RemoteFileException exception) when (exception.IsNoSuchPart)
        {
            return null;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new RemoteFileException(
                new Failure(FailureKind.Unavailable, $"{remote.Server} sends the end of the file only in part: try again later.", RetryAfter), exception);
        }
    }
}
