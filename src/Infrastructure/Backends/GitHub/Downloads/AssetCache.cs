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
            if (File.Exists(path))
            {
                File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);

                return new Download.LocalFile(path);
            }

            var arriving = FindOrFetch(token, file, path);
            if (arriving.TryJoin())
            {
                return await OpenAsync(arriving, cancellationToken);
            }
        }
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

    private ArrivingFile FindOrFetch(Secret token, PackageFile file, string path)
    {
        var mine = new ArrivingFile();
        var arriving = _arriving.GetOrAdd(file.Sha256, mine);
        if (arriving == mine)
        {
            // Not the caller's cancellation: others may wait for it, and the next one will have it.
            _ = FetchAsync(mine, token, file, path);
        }

        return arriving;
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, file.Filename.ToString(), exception);
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
        if (staged.Failure is { } notStaged)
        {
            return notStaged;
        }

        await using var whole = staged.Value;
        if (!whole.Sha256.Equals(file.Sha256))
        {
            return OtherBytes(file);
        }

        arriving.End();
        if (whole.Length <= mostBytes)
        {
            MakeRoom(whole.Length);
            if (DurableFile.TryMove(whole.Path, path))
            {
                ((DiskStagedFile)whole).Published();
            }
        }

        return null;
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

            var files = new DirectoryInfo(folder).GetFiles();
            var bytes = files.Sum(file => file.Length) + coming;
            foreach (var oldest in files.OrderBy(file => file.LastAccessTimeUtc).TakeWhile(_ => bytes > mostBytes))
            {
                bytes -= oldest.Length;
                oldest.Delete();
            }

            _room = Math.Min(mostBytes - bytes, _mostUncounted);
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

        [LoggerMessage(Level = LogLevel.Error, Message = "A download of {Filename} could not be kept on the disk")]
        public static partial void NotKept(ILogger logger, string filename, Exception exception);
    }
}
