using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Files that go through this server, for clients that can't reach the server that has them. They are sent while they are downloaded, and kept. Concurrent
/// requests for one file share one download, which goes on when they are cancelled. Safe for concurrent use.
/// </summary>
/// <param name="name">Its name in metrics.</param>
/// <param name="staging">Holds a file until it is complete.</param>
/// <param name="kept">Holds complete files.</param>
/// <param name="time">Measures timeouts.</param>
/// <param name="logger">Logs failed downloads.</param>
internal sealed partial class DownloadCache(string name, DiskStaging staging, DownloadStore kept, TimeProvider time, ILogger logger)
{
    // The response begins after this many bytes: until then a failure can still be reported.
    private const long Beginning = 256 * 1024;

    private readonly ConcurrentDictionary<Sha256Digest, ArrivingFile> _arriving = new();

    /// <summary>The file, from disk or while it is downloaded.</summary>
    /// <param name="file">The published file.</param>
    /// <param name="remote">Where it is, for this caller.</param>
    /// <param name="cancellationToken">Cancels the wait, not the download.</param>
    public async ValueTask<Outcome<Download>> OpenAsync(PackageFile file, IRemoteFile remote, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = await kept.OpenAsync(file, cancellationToken);
            Instruments.CountCacheUse(name, isHit: body is not null);
            if (body is not null)
            {
                return new Download.Content(body);
            }

            var (arriving, isMine) = Join(file, remote);
            if (arriving is null)
            {
                continue;
            }

            var content = await OpenAsync(arriving, cancellationToken);
            if (isMine || content.Failure is null or { Kind: FailureKind.BadGateway })
            {
                return content;
            }

            // The download failed for another caller, which says nothing about this one: they may have other rights.
        }
    }

    /// <summary>Joins the download of a file, or starts it; null where it has just ended.</summary>
    private (ArrivingFile? Arriving, bool IsMine) Join(PackageFile file, IRemoteFile remote)
    {
        var mine = new ArrivingFile();
        var arriving = _arriving.GetOrAdd(file.Sha256, mine);
        var isMine = arriving == mine;
        var hasJoined = arriving.TryJoin();
        if (isMine)
        {
            // Not cancelled with the caller: others may wait for it.
            _ = FetchAsync(mine, file, remote);
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

    private async Task FetchAsync(ArrivingFile arriving, PackageFile file, IRemoteFile remote)
    {
        var failure = Failed(file);
        try
        {
            await using var download = new ResumingDownload(remote, time);
            failure = await FetchAsync(arriving, download, file, remote.Server);
        }
        catch (RemoteFileException exception)
        {
            failure = exception.Failure;
        }
        finally
        {
            if (failure is not null)
            {
                Log.Failed(logger, file.Filename.ToString(), remote.Server, failure.Message);
                arriving.Fail(failure);
            }

            // Removed before it is disposed of, after which nobody can join it.
            _arriving.TryRemove(new(file.Sha256, arriving));
            arriving.Dispose();
        }
    }

    private async Task<Failure?> FetchAsync(ArrivingFile arriving, ResumingDownload download, PackageFile file, string server)
    {
        var length = await download.GetLengthAsync(CancellationToken.None);
        if (length == 0 || length != (file.Size ?? length))
        {
            return OtherBytes(file, server);
        }

        kept.MakeRoom(length);
        var hasBegun = false;
        var staged = await staging.StageAsync(
            download,
            length,
            new HashSet<DigestAlgorithm>(),
            (path, bytes) =>
            {
                if (!hasBegun)
                {
                    arriving.Begin(path, length);
                    hasBegun = true;
                }

                arriving.Grow(bytes);
            },
            CancellationToken.None);
        if (staged.Failure is not null)
        {
            // The message of staging is about uploads.
            return staged.Failure.Kind == FailureKind.TooLarge ? OtherBytes(file, server) : Failed(file);
        }

        await using var whole = staged.Value;
        if (!whole.Sha256.Equals(file.Sha256))
        {
            return OtherBytes(file, server);
        }

        arriving.End();
        kept.Keep(file.Sha256, (DiskStagedFile)whole);

        return null;
    }

    private static Failure OtherBytes(PackageFile file, string server) =>
        new(FailureKind.BadGateway, $"{server} sent other bytes for {file.Filename} than were published.", TimeSpan.FromSeconds(30));

    private static Failure Failed(PackageFile file) =>
        new(FailureKind.Unavailable, $"{file.Filename} can't be had: the server's log says why. Try again later.", TimeSpan.FromSeconds(30));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A download of {Filename} from {Server} failed: {Why}")]
        public static partial void Failed(ILogger logger, string filename, string server, string why);
    }
}
