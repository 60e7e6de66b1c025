using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Files that go through this server, for clients that can't reach GitHub's storage. They are sent while they are downloaded, and kept. Concurrent requests
/// for one file share one download, which goes on when they are cancelled. Safe for concurrent use.
/// </summary>
/// <param name="urls">The URLs of assets.</param>
/// <param name="staging">Holds a file until it is complete.</param>
/// <param name="kept">Holds complete files.</param>
/// <param name="time">Measures timeouts.</param>
/// <param name="logger">Logs failed downloads.</param>
internal sealed partial class AssetCache(SignedUrls urls, DiskStaging staging, AssetStore kept, TimeProvider time, ILogger logger)
{
    // The response begins after this many bytes: until then a failure can still be reported.
    private const long Beginning = 256 * 1024;

    private readonly ConcurrentDictionary<Sha256Digest, ArrivingFile> _arriving = new();

    /// <summary>The file, from disk or while it is downloaded.</summary>
    public async ValueTask<Outcome<Download>> OpenAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = await kept.OpenAsync(file, cancellationToken);
            Instruments.CountCacheUse(Instruments.GitHubCache, isHit: body is not null);
            if (body is not null)
            {
                return new Download.Content(body);
            }

            var (arriving, isMine) = Join(token, file);
            if (arriving is null)
            {
                continue;
            }

            var content = await OpenAsync(arriving, cancellationToken);
            if (isMine || content.Failure is null or { Kind: FailureKind.BadGateway })
            {
                return content;
            }

            // The download failed for another caller's token, which says nothing about this one.
        }
    }

    /// <summary>Joins the download of a file, or starts it; null where it has just ended.</summary>
    private (ArrivingFile? Arriving, bool IsMine) Join(Secret token, PackageFile file)
    {
        var mine = new ArrivingFile();
        var arriving = _arriving.GetOrAdd(file.Sha256, mine);
        var isMine = arriving == mine;
        var hasJoined = arriving.TryJoin();
        if (isMine)
        {
            // Not cancelled with the caller: others may wait for it.
            _ = FetchAsync(mine, token, file);
        }

        return (hasJoined ? arriving : null, isMine);
    }

    private static async Task<Outcome<Download>> OpenAsync(ArrivingFile arriving, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            if (await arriving.AwaitAsync(Beginning, cancellationToken) is { } failure)
            {
                return failure;
            }

            isOpen = true;

            return new Download.Content(arriving.Open());
        }
        finally
        {
            if (!isOpen)
            {
                arriving.Dispose();
            }
        }
    }

    private async Task FetchAsync(ArrivingFile arriving, Secret token, PackageFile file)
    {
        var failure = Failed(file);
        try
        {
            await using var download = new AssetDownload(urls, token, new Uri(file.Location), time);
            failure = await FetchAsync(arriving, download, file);
        }
        catch (GitHubException exception)
        {
            failure = FailureOf(exception, file);
        }
        finally
        {
            if (failure is not null)
            {
                Log.Failed(logger, file.Filename.ToString(), failure.Message);
                arriving.Fail(failure);
            }

            // Removed before it is disposed of, after which nobody can join it.
            _arriving.TryRemove(new(file.Sha256, arriving));
            arriving.Dispose();
        }
    }

    private async Task<Failure?> FetchAsync(ArrivingFile arriving, AssetDownload download, PackageFile file)
    {
        var length = await download.GetLengthAsync(CancellationToken.None);
        if (length == 0 || length != (file.Size ?? length))
        {
            return OtherBytes(file);
        }

        kept.MakeRoom(length);
        var hasBegun = false;
        var staged = await staging.StageAsync(
            download,
            length,
            new HashSet<DigestAlgorithm>(),
            (name, bytes) =>
            {
                if (!hasBegun)
                {
                    arriving.Begin(name, length);
                    hasBegun = true;
                }

                arriving.Grow(bytes);
            },
            CancellationToken.None);
        if (staged.Failure is not null)
        {
            // The message of staging is about uploads.
            return staged.Failure.Kind == FailureKind.TooLarge ? OtherBytes(file) : Failed(file);
        }

        await using var whole = staged.Value;
        if (!whole.Sha256.Equals(file.Sha256))
        {
            return OtherBytes(file);
        }

        arriving.End();
        kept.Keep(file.Sha256, (DiskStagedFile)whole);

        return null;
    }

    /// <summary>The failure of a download.</summary>
    public static Failure FailureOf(GitHubException exception, PackageFile file) => exception.Kind == GitHubErrorKind.NotFound
        ? new Failure(FailureKind.NotFound, $"GitHub no longer has {file.Filename}.")
        : GitHubFailure.Of(exception, $"{file.Filename} can't be had");

    private static Failure OtherBytes(PackageFile file) =>
        new(FailureKind.BadGateway, $"GitHub sent other bytes for {file.Filename} than were published.", TimeSpan.FromSeconds(30));

    private static Failure Failed(PackageFile file) =>
        new(FailureKind.Unavailable, $"{file.Filename} can't be had: the server's log says why. Try again later.", TimeSpan.FromSeconds(30));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A download of {Filename} from GitHub failed: {Why}")]
        public static partial void Failed(ILogger logger, string filename, string why);
    }
}
