using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Downloaded files on disk, by their digest, up to a total size. A file is read only after this process has verified its digest, and verifies it again
/// when the file has changed; one that is truncated, altered, or no regular file is deleted. Safe for concurrent use, and for several processes with one
/// folder.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="mostBytes">The total size, in bytes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs deleted files.</param>
internal sealed partial class DownloadStore(string folder, long mostBytes, TimeProvider time, ILogger logger)
{
    private const int CheckBuffer = 128 * 1024;

    // Other processes may fill the folder too, so it is measured again each time that this process has used a tenth of the total.
    private readonly long _mostUncounted = mostBytes / 10;

    private readonly ConcurrentDictionary<Sha256Digest, FileEntry> _sound = new();
    private readonly ConcurrentDictionary<Sha256Digest, Lazy<Task<FileEntry?>>> _checks = new();
    private readonly Lock _sweeping = new();
    private long _room;

    /// <summary>Opens a file; null where it has to be fetched.</summary>
    /// <remarks>The first request waits until the whole file is verified, as the next one may be for any range of it.</remarks>
    public async ValueTask<Stream?> OpenAsync(PackageFile file, CancellationToken cancellationToken)
    {
        var path = PathOf(file.Sha256);
        try
        {
            var entry = FileEntry.At(path);
            if (entry.Kind == FileEntryKind.None)
            {
                _sound.TryRemove(file.Sha256, out _);

                return null;
            }

            if (!entry.IsFile || entry.Length != (file.Size ?? entry.Length))
            {
                Discard(file.Sha256, entry);

                return null;
            }

            if (!_sound.TryGetValue(file.Sha256, out var sound) || sound != entry)
            {
                if (await CheckAsync(file.Sha256).WaitAsync(cancellationToken) is not { } found)
                {
                    return null;
                }

                sound = found;
            }

            return Open(path, sound.Length);
        }
        catch (FileNotFoundException)
        {
            // Another process has just deleted it.
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unusable(logger, path, exception);

            return null;
        }
    }

    /// <summary>Adds a file whose digest is verified.</summary>
    public void Keep(Sha256Digest digest, DiskStagedFile file)
    {
        var path = PathOf(digest);
        try
        {
            if (file.Length <= mostBytes && DurableFile.TryMove(file.Path, path))
            {
                file.Published();
                _sound[digest] = FileEntry.At(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The request is served from the staged file.
            Log.Unusable(logger, path, exception);
        }
    }

    /// <summary>Makes room: the least recently used files go first. Readers of a deleted file have it open, and go on.</summary>
    public void MakeRoom(long coming)
    {
        lock (_sweeping)
        {
            coming = Math.Min(coming, mostBytes);
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
                    if (Sha256Digest.TryParse(oldest.Name, out var digest))
                    {
                        _sound.TryRemove(digest, out _);
                    }
                }

                _room = Math.Min(mostBytes - bytes, _mostUncounted);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process makes room too, or owns the files: the next download tries again.
                Log.Unusable(logger, folder, exception);
            }
        }
    }

    private string PathOf(Sha256Digest digest) => Path.Combine(folder, digest.ToString());

    /// <summary>Verifies a file; null where it is not valid. Concurrent requests share one check, which goes on when they are cancelled.</summary>
    private Task<FileEntry?> CheckAsync(Sha256Digest digest) =>
        _checks.GetOrAdd(digest, _ => new Lazy<Task<FileEntry?>>(() => Task.Run(() => CheckOnceAsync(digest)))).Value;

    private async Task<FileEntry?> CheckOnceAsync(Sha256Digest digest)
    {
        try
        {
            var path = PathOf(digest);
            var entry = FileEntry.At(path);
            if (entry.IsFile && await DigestOfAsync(path) == digest && FileEntry.At(path) == entry)
            {
                _sound[digest] = entry;

                return entry;
            }

            Discard(digest, entry);

            return null;
        }
        finally
        {
            _checks.TryRemove(digest, out _);
        }
    }

    private static async Task<Sha256Digest?> DigestOfAsync(string path)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CheckBuffer, FileOptions.SequentialScan);

            return Sha256Digest.FromBytes(await SHA256.HashDataAsync(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An unreadable file is not valid.
            return null;
        }
    }

    private FileStream? Open(string path, long length)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        if (file.Length != length)
        {
            file.Dispose();

            return null;
        }

        try
        {
            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Just deleted, or owned by another process.
        }

        return file;
    }

    private void Discard(Sha256Digest digest, FileEntry entry)
    {
        var path = PathOf(digest);
        _sound.TryRemove(digest, out _);
        if (entry.Kind == FileEntryKind.Folder)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        Log.Discarded(logger, path);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A file in the cache of downloads was not the published one, so it was thrown away: {Path}")]
        public static partial void Discarded(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "The cache of downloads could not be used: {Path}")]
        public static partial void Unusable(ILogger logger, string path, Exception exception);
    }
}
