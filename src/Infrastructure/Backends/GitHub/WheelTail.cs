using System.Net.Http.Headers;
using PyWharf.Application.Archives;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Reads the METADATA of a wheel without the wheel: its directory is at the end of the file, and builders put the metadata right before it. The end
/// is fetched into a file with a hole, in which the same reader looks that reads whole wheels; where it finds no sound entry, more is fetched.
/// </summary>
internal sealed class WheelTail(GitHubApi api, SignedUrls urls, string folder)
{
    private const int First = 256 * 1024;
    private const int Most = 16 * 1024 * 1024;

    /// <summary>The document; null where it is not in the end of the file, or the file is gone. Throws <see cref="GitHubException"/>.</summary>
    public async Task<byte[]?> ReadMetadataAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        if (file.Filename.Kind != DistributionKind.Wheel || await urls.OfAsync(token, new Uri(file.Location), cancellationToken) is not { } location)
        {
            return null;
        }

        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            for (var bytes = First; bytes <= Most; bytes *= 8)
            {
                var isWhole = await FetchAsync(location, path, bytes, cancellationToken);
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

    private async Task<bool> FetchAsync(Uri location, string path, int bytes, CancellationToken cancellationToken)
    {
        using var response = await api.FetchSignedAsync(location, new RangeHeaderValue(null, bytes), cancellationToken);
        var range = response.Content.Headers.ContentRange;
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        file.SetLength(range?.Length ?? response.Content.Headers.ContentLength ?? 0);
        file.Position = range?.From ?? 0;
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        await content.CopyToAsync(file, cancellationToken);

        return file.Position <= bytes || range is null;
    }
}
