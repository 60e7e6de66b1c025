using System.Collections.Concurrent;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Files of GitHub's on this server's disk, for networks from which clients can't reach GitHub's storage. Each lies under its digest, which it was
/// seen to have before anybody gets a byte of it. Concurrent requests for one file share one download, which goes on when they give up.
/// </summary>
internal sealed class AssetCache(GitHubApi api, SignedUrls urls, DiskStaging staging, string folder, long mostBytes, TimeProvider time)
{
    private readonly ConcurrentDictionary<Sha256Digest, Lazy<Task<Outcome<string>>>> _fetching = new();
    private readonly Lock _sweeping = new();

    /// <summary>The path of the file on this disk. Throws <see cref="GitHubException"/>.</summary>
    public async ValueTask<Outcome<string>> GetAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Sha256.ToString());
        if (File.Exists(path))
        {
            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);

            return path;
        }

        var fetching = _fetching.GetOrAdd(file.Sha256, _ => new Lazy<Task<Outcome<string>>>(() => FetchOnceAsync(token, file, path)));

        return await fetching.Value.WaitAsync(cancellationToken);
    }

    private async Task<Outcome<string>> FetchOnceAsync(Secret token, PackageFile file, string path)
    {
        var asset = new Uri(file.Location);
        try
        {
            return await FetchAsync(token, asset, file, path);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return new Failure(FailureKind.BadGateway, $"GitHub sent {file.Filename} only in part: try again.", TimeSpan.FromSeconds(5));
        }
        catch (GitHubException exception) when (exception.Trouble == Trouble.Forbidden)
        {
            // The storage's word, not that of GitHub's API on the token: the signed URL is no longer good.
            urls.Forget(token, asset);

            return new Failure(FailureKind.BadGateway, $"GitHub's storage did not hand out {file.Filename}: try again.", TimeSpan.FromSeconds(5));
        }
        finally
        {
            // By whoever fetches, as those who asked may be gone: else the next one would get an answer of long ago.
            _fetching.TryRemove(file.Sha256, out _);
        }
    }

    private async Task<Outcome<string>> FetchAsync(Secret token, Uri asset, PackageFile file, string path)
    {
        using var content = await urls.OfAsync(token, asset, CancellationToken.None) is { } location
            ? await api.FetchSignedAsync(location, range: null, CancellationToken.None)
            : ((AssetContent.Direct)await api.OpenAssetAsync(token, asset, CancellationToken.None)).Response;

        await using var stream = await content.Content.ReadAsStreamAsync(CancellationToken.None);
        var staged = await staging.StageAsync(stream, file.Size ?? long.MaxValue, new HashSet<DigestAlgorithm>(), CancellationToken.None);
        if (staged.Failure is { } failure)
        {
            return failure;
        }

        await using var whole = staged.Value;
        if (!whole.Sha256.Equals(file.Sha256))
        {
            urls.Forget(token, asset);

            return new Failure(FailureKind.BadGateway, $"GitHub sent other bytes for {file.Filename} than were published.", TimeSpan.FromSeconds(30));
        }

        Sweep(whole.Length);
        if (DurableFile.TryMove(whole.Path, path))
        {
            ((DiskStagedFile)whole).Published();
        }

        return path;
    }

    /// <summary>Makes room: what was asked for longest ago goes first. Whoever is sending a file has it open, and goes on.</summary>
    private void Sweep(long coming)
    {
        lock (_sweeping)
        {
            var files = new DirectoryInfo(folder).GetFiles();
            var bytes = files.Sum(file => file.Length) + coming;
            foreach (var oldest in files.OrderBy(file => file.LastAccessTimeUtc))
            {
                if (bytes <= mostBytes)
                {
                    return;
                }

                bytes -= oldest.Length;
                oldest.Delete();
            }
        }
    }
}
