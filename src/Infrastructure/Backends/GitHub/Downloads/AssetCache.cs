using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Files of GitHub's that go through this server, for networks from which clients can't reach GitHub's storage. They are sent while they arrive, and
/// kept under their digest, as many as there is room for. Concurrent requests for one file share one download, which goes on when they give up.
/// Safe for concurrent use, and for several processes with one folder.
/// </summary>
/// <param name="urls">Where assets are.</param>
/// <param name="staging">Where a file is until it is whole.</param>
/// <param name="folder">Where it is then.</param>
/// <param name="mostBytes">How many bytes are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of files that can't be had.</param>
internal sealed partial class AssetCache(SignedUrls urls, DiskStaging staging, string folder, long mostBytes, TimeProvider time, ILogger logger)
{
    // A small file is answered once it is whole: until then a failure can still be told.
    private const long Beginning = 256 * 1024;

    // Other processes may fill the folder too, so it is counted again each time that a tenth of the room is used up here.
    private readonly long _mostUncounted = mostBytes / 10;

    private readonly ConcurrentDictionary<Sha256Digest, ArrivingFile> _arriving = new();
    private readonly Lock _sweeping = new();
    private long _room;

    /// <summary>The file, from this disk or as it arrives.</summary>
    public async ValueTask<Outcome<Download>> OpenAsync(Secret token, PackageFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Sha256.ToString());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsKept(path))
            {
                return new Download.LocalFile(path);
            }

            var (arriving, isMine) = Join(token, file, path);
            if (arriving is null)
            {
                continue;
            }

            var content = await OpenAsync(arriving, cancellationToken);
            if (isMine || content.Failure is null or { Kind: FailureKind.BadGateway })
            {
                return content;
            }

            // Somebody else's token was refused, or has asked too much: that says nothing of this one.
        }
    }

    private bool IsKept(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there, or another process's, which sweeps it by the time of its own requests.
            return File.Exists(path);
        }
    }

    /// <summary>The file as somebody fetches it, or from now on we do, to be disposed of; null where that was just over.</summary>
    private (ArrivingFile? Arriving, bool IsMine) Join(Secret token, PackageFile file, string path)
    {
        var mine = new ArrivingFile();
        var arriving = _arriving.GetOrAdd(file.Sha256, mine);
        var isMine = arriving == mine;
        var hasJoined = arriving.TryJoin();
        if (isMine)
        {
            // Not the caller's cancellation: others may wait for it, and the next one will have it.
            _ = FetchAsync(mine, token, file, path);
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

    private async Task FetchAsync(ArrivingFile arriving, Secret token, PackageFile file, string path)
    {
        var failure = Failed(file);
        try
        {
            await using var download = new AssetDownload(urls, token, new Uri(file.Location), time);
            failure = await FetchAsync(arriving, download, file, path);
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

            // First of all from the list: whoever finds it there after this may not be able to join it.
            _arriving.TryRemove(new(file.Sha256, arriving));
            arriving.Dispose();
        }
    }

    private async Task<Failure?> FetchAsync(ArrivingFile arriving, AssetDownload download, PackageFile file, string path)
    {
        var length = await download.GetLengthAsync(CancellationToken.None);
        if (length == 0 || length != (file.Size ?? length))
        {
            return OtherBytes(file);
        }

        MakeRoom(Math.Min(length, mostBytes));
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
            // Its sentence is for uploads.
            return staged.Failure.Kind == FailureKind.TooLarge ? OtherBytes(file) : Failed(file);
        }

        await using var whole = staged.Value;
        if (!whole.Sha256.Equals(file.Sha256))
        {
            return OtherBytes(file);
        }

        arriving.End();
        if (whole.Length <= mostBytes)
        {
            Keep((DiskStagedFile)whole, path);
        }

        return null;
    }

    private void Keep(DiskStagedFile file, string path)
    {
        try
        {
            if (DurableFile.TryMove(file.Path, path))
            {
                file.Published();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever asked has it all the same.
            Log.NotKept(logger, path, exception);
        }
    }

    /// <summary>Makes room: what was asked for longest ago goes first. Whoever is sending a file has it open, and goes on.</summary>
    private void MakeRoom(long coming)
    {
        lock (_sweeping)
        {
            _room -= coming;
            if (_room >= 0)
            {
                return;
            }

            try
            {
                var files = new DirectoryInfo(folder).GetFiles();
                var bytes = files.Sum(file => file.Length) + coming;
                foreach (var oldest in files.OrderBy(file => file.LastAccessTimeUtc).TakeWhile(_ => bytes > mostBytes))
                {
                    bytes -= oldest.Length;
                    oldest.Delete();
                }

                _room = Math.Min(mostBytes - bytes, _mostUncounted);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process sweeps too, or has other rights: the next download tries again.
                Log.NotKept(logger, folder, exception);
            }
        }
    }

    /// <summary>What a client is told of a file that GitHub does not give.</summary>
    public static Failure FailureOf(GitHubException exception, PackageFile file) => exception.Trouble == Trouble.NotFound
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

        [LoggerMessage(Level = LogLevel.Error, Message = "The cache of downloads could not be changed: {Path}")]
        public static partial void NotKept(ILogger logger, string path, Exception exception);
    }
}
