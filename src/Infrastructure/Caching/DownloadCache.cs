using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Files that go through this server, for clients that can't reach the server that has them. They are sent while they are downloaded, and kept. Concurrent
/// requests for one file share one download, which goes on when they are cancelled. The downloads under way have a bound in bytes. Safe for concurrent use.
/// </summary>
/// <param name="name">Its name in metrics.</param>
/// <param name="staging">Holds a file until it is complete.</param>
/// <param name="kept">Holds complete files.</param>
/// <param name="time">Measures timeouts.</param>
/// <param name="logger">Logs failed downloads.</param>
/// <param name="digests">Remembers the digests of files that have none announced; null where all have.</param>
/// <param name="leastUnderWay">How many bytes may arrive at one time even if less is kept.</param>
internal sealed partial class DownloadCache(
    string name, DiskStaging staging, DownloadStore kept, TimeProvider time, ILogger logger, FirstDigests? digests = null, long leastUnderWay = DownloadCache.LeastUnderWay)
{
    // The response begins after this many bytes: until then a failure can still be reported.
    private const long Beginning = 256 * 1024;

    // Or with what there is after this time, as clients hang up on a server that sends nothing.
    private static readonly TimeSpan BeginningTime = TimeSpan.FromSeconds(5);

    private const long LeastUnderWay = 1024 * 1024 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    // Downloads end all the time.
    private static readonly TimeSpan RetryAfterBusy = TimeSpan.FromSeconds(5);

    private readonly DownloadBudget _underWay = new(Math.Max(kept.MostBytes, leastUnderWay));

    private readonly ConcurrentDictionary<Sha256Digest, ArrivingFile> _arriving = new();

    /// <summary>The file, from disk or while it is downloaded.</summary>
    /// <param name="file">The file.</param>
    /// <param name="remote">Where it is, for this caller.</param>
    /// <param name="cancellationToken">Cancels the wait, not the download.</param>
    public async ValueTask<Outcome<Download>> OpenAsync(ExpectedFile file, IRemoteFile remote, CancellationToken cancellationToken)
    {
        Stream? body = file.Sha256 is { } digest ? await kept.OpenAsync(digest, cancellationToken) : null;
        Instruments.CountCacheUse(name, isHit: body is not null);
        while (body is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (arriving, isMine) = Join(file, remote);
            if (arriving is null)
            {
                continue;
            }

            var opened = await OpenAsync(arriving, cancellationToken);
            if (opened.Failure is null)
            {
                body = opened.Value;
            }
            else if (isMine || !arriving.IsFailureOfCaller)
            {
                return opened.Failure;
            }
        }

        if (body.CanSeek && body.Length != (file.Size ?? body.Length))
        {
            await body.DisposeAsync();

            return OtherBytes(file, remote.Server);
        }

        // Not as a local file, which a proxy may be told to send: this one may be removed at any time, and is no file of the repository.
        return new Download.Content(body);
    }

    /// <summary>Joins the download of a file, or starts it; null where it has just ended.</summary>
    private (ArrivingFile? Arriving, bool IsMine) Join(ExpectedFile file, IRemoteFile remote)
    {
        var key = file.Sha256 ?? file.Identity ?? throw new ArgumentException("The file has neither a digest nor an identity.", nameof(file));
        var mine = new ArrivingFile();
        var arriving = _arriving.GetOrAdd(key, mine);
        var isMine = arriving == mine;
        var hasJoined = arriving.TryJoin();
        if (isMine)
        {
            // Not cancelled with the caller: others may wait for it.
            _ = FetchAsync(mine, key, file, remote);
        }

        return (hasJoined ? arriving : null, isMine);
    }

    private async Task<Outcome<Stream>> OpenAsync(ArrivingFile arriving, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            if (await AwaitBeginningAsync(arriving, cancellationToken) is { } failure)
            {
                return failure;
            }

            isOpen = true;

            return arriving.Open();
        }
        finally
        {
            if (!isOpen)
            {
                arriving.Dispose();
            }
        }
    }

    private async Task<Failure?> AwaitBeginningAsync(ArrivingFile arriving, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(BeginningTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await arriving.AwaitAsync(Beginning, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await arriving.AwaitAsync(1, cancellationToken);
        }
    }

    private async Task FetchAsync(ArrivingFile arriving, Sha256Digest key, ExpectedFile file, IRemoteFile remote)
    {
        // The caller does not wait for the disk.
        await Task.Yield();
        var (failure, isOfCaller) = ((Failure?)Failed(file), false);
        try
        {
            // A request that looked for it on disk while it still arrived comes here when it has.
            if (await TryCompleteAsync(arriving, file))
            {
                failure = null;

                return;
            }

            await using var download = new ResumingDownload(remote, time, file.HasDigest);
            failure = await FetchAsync(arriving, download, file, remote.Server);
        }
        catch (RemoteFileException exception)
        {
            (failure, isOfCaller) = (exception.Failure, exception.IsOfCaller);
        }
        catch (Exception exception)
        {
            Log.Broken(logger, file.Name, remote.Server, exception);
        }
        finally
        {
            if (failure is not null)
            {
                Log.Failed(logger, file.Name, remote.Server, failure.Message);
                arriving.Fail(failure, isOfCaller);
            }

            // Removed before it is disposed of, after which nobody can join it.
            _arriving.TryRemove(new(key, arriving));
            arriving.Dispose();
        }
    }

    private async Task<bool> TryCompleteAsync(ArrivingFile arriving, ExpectedFile file)
    {
        if ((file.Sha256 ?? FirstDigestOf(file)) is not { } digest || await kept.OpenAsync(digest, CancellationToken.None) is not { } body)
        {
            return false;
        }

        await using (body)
        {
            arriving.Begin(body.Name, body.Length);
            arriving.End(body.Length);
        }

        return true;
    }

    private async Task<Failure?> FetchAsync(ArrivingFile arriving, ResumingDownload download, ExpectedFile file, string server)
    {
        var announced = await download.GetLengthAsync(CancellationToken.None);
        if (announced == 0 || (file.Size is not null && announced is not null && announced != file.Size))
        {
            return OtherBytes(file, server);
        }

        var length = file.Size ?? announced;
        if (length > file.MaxBytes)
        {
            return TooLarge(file, server);
        }

        using var share = _underWay.TryTake(length ?? 0);
        if (share is null)
        {
            return Busy(file);
        }

        var hasBegun = false;
        var staged = await staging.StageForCacheAsync(download, length ?? file.MaxBytes, (path, bytes) =>
        {
            if (!hasBegun)
            {
                arriving.Begin(path, length);
                hasBegun = true;
            }

            if (!share.TryGrow(bytes))
            {
                throw new RemoteFileException(Busy(file));
            }

            arriving.Grow(bytes);
        });
        if (staged.Failure is not null)
        {
            // The message of staging is about uploads.
            return staged.Failure.Kind != FailureKind.TooLarge ? Failed(file) : length is null ? TooLarge(file, server) : OtherBytes(file, server);
        }

        await using var whole = staged.Value;
        if (whole.Length != (length ?? whole.Length) || whole.Length == 0 || !await IsExpectedAsync(file, whole))
        {
            return OtherBytes(file, server);
        }

        arriving.End(whole.Length);
        await kept.KeepAsync(whole.Sha256, (DiskStagedFile)whole);

        return null;
    }

    private async Task<bool> IsExpectedAsync(ExpectedFile file, StagedFile whole)
    {
        if (file.Sha256 is { } digest)
        {
            return whole.Sha256.Equals(digest);
        }

        return (file.OtherHash is not { } other || await HashVerification.MatchesAsync(whole.Path, other))
            && (file.Identity is not { } identity || digests is null || digests.Settle(identity, whole.Sha256).Equals(whole.Sha256));
    }

    private Sha256Digest? FirstDigestOf(ExpectedFile file) => file.Identity is { } identity ? digests?.Find(identity) : null;

    private static Failure OtherBytes(ExpectedFile file, string server) =>
        new(FailureKind.BadGateway, $"{server} sent other bytes for {file.Name} than were published.", RetryAfter);

    private static Failure TooLarge(ExpectedFile file, string server) =>
        new(FailureKind.BadGateway, $"{server} sends more for {file.Name} than the {file.MaxBytes} bytes that this server takes.", RetryAfter);

    private static Failure Busy(ExpectedFile file) =>
        new(FailureKind.Unavailable, $"{file.Name} has to wait: as many bytes are being downloaded as this server takes at one time. Try again in a moment.", RetryAfterBusy);

    private static Failure Failed(ExpectedFile file) =>
        new(FailureKind.Unavailable, $"{file.Name} can't be had: the server's log says why. Try again later.", RetryAfter);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A download of {Filename} from {Server} failed: {Why}")]
        public static partial void Failed(ILogger logger, string filename, string server, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "A download of {Filename} from {Server} could not be received")]
        public static partial void Broken(ILogger logger, string filename, string server, Exception exception);
    }
}
