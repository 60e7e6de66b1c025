using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Downloaded files on disk, by their digest, up to a total size, beyond which the least recently used are deleted. A file is read only after this process
/// has verified its digest, and verifies it again when the file has changed; one that is truncated, altered, or no regular file is deleted. Safe for
/// concurrent use, and for several processes with one folder.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="mostBytes">The total size, in bytes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs deleted files.</param>
internal sealed partial class DownloadStore(string folder, long mostBytes, TimeProvider time, ILogger logger)
{
    private const int CheckBuffer = 128 * 1024;

    // To measure a folder with more files takes longer than a client likes to wait.
    private const int FewFiles = 1000;

    // For other processes, which see the access time only.
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(1);

    private readonly string _lockFile = folder + ".lock";
    private readonly ConcurrentDictionary<Sha256Digest, SoundFile> _sound = new();
    private readonly ConcurrentDictionary<Sha256Digest, Lazy<Task<SoundFile?>>> _checks = new();
    private long _unmeasuredRoom; // changed by the holder of the lock

    /// <summary>The total size, in bytes.</summary>
    public long MostBytes => mostBytes;

    /// <summary>Opens a file; null where it has to be fetched.</summary>
    /// <remarks>The first request waits until the whole file is verified, as the next one may be for any range of it.</remarks>
    public async ValueTask<FileStream?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        try
        {
            var entry = FileEntry.At(path);
            if (entry.Kind == FileEntryKind.None)
            {
                _sound.TryRemove(digest, out _);

                return null;
            }

            if (!entry.IsFile)
            {
                Discard(digest, entry);

                return null;
            }

            if (!_sound.TryGetValue(digest, out var sound) || sound.Entry != entry)
            {
                if (await CheckAsync(digest).WaitAsync(cancellationToken) is not { } found)
                {
                    return null;
                }

                sound = found;
            }

            return Open(path, sound);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process, or somebody, has just deleted it.
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unusable(logger, path, exception);

            return null;
        }
    }

    /// <summary>Adds a file whose digest is verified, unless it is larger than the bound. The least recently used files make room for it.</summary>
    public async Task KeepAsync(Sha256Digest digest, DiskStagedFile file)
    {
        if (file.Length > mostBytes)
        {
            return;
        }

        var path = PathOf(digest);
        try
        {
            Directory.CreateDirectory(folder);
            using (await FileLock.AcquireAsync(_lockFile, time, CancellationToken.None))
            {
                MakeRoom(file.Length);
                if (!DurableFile.TryMove(file.Path, path))
                {
                    return; // another process has it
                }
            }

            file.Published();
            _sound[digest] = new SoundFile(FileEntry.At(path)) { UsedAt = time.GetUtcNow(), TouchedAt = time.GetUtcNow() };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The request is served from the staged file.
            Log.Unusable(logger, path, exception);
        }
    }

    /// <summary>Deletes files until there is room, the least recently used first. Readers of a deleted file have it open, and go on.</summary>
    private void MakeRoom(long coming)
    {
        _unmeasuredRoom -= coming;
        if (_unmeasuredRoom >= 0)
        {
            return;
        }

        var files = new DirectoryInfo(folder).GetFiles();
        var bytes = files.Sum(LengthOf);
        // Of a folder that is not measured each time, an eighth stays free for what other processes add meanwhile.
        var most = files.Length < FewFiles ? mostBytes : mostBytes - (mostBytes / 8);
        foreach (var oldest in files.OrderBy(UsedAt).TakeWhile(_ => bytes > 0 && bytes + coming > most))
        {
            bytes -= LengthOf(oldest);
            oldest.Delete();
            if (Sha256Digest.TryParse(oldest.Name, out var digest))
            {
                _sound.TryRemove(digest, out _);
            }
        }

        _unmeasuredRoom = files.Length < FewFiles ? 0 : Math.Min(most - bytes - coming, mostBytes / 32);
    }

    private DateTimeOffset UsedAt(FileInfo file)
    {
        var touchedAt = new DateTimeOffset(file.LastAccessTimeUtc);

        return Sha256Digest.TryParse(file.Name, out var digest) && _sound.TryGetValue(digest, out var sound) && sound.UsedAt > touchedAt ? sound.UsedAt : touchedAt;
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // another process has just deleted it
        }
    }

    private string PathOf(Sha256Digest digest) => Path.Combine(folder, digest.ToString());

    /// <summary>Verifies a file; null where it is not valid. Concurrent requests share one check, which goes on when they are cancelled.</summary>
    private Task<SoundFile?> CheckAsync(Sha256Digest digest) =>
        _checks.GetOrAdd(digest, _ => new Lazy<Task<SoundFile?>>(() => Task.Run(() => CheckOnceAsync(digest)))).Value;

    private async Task<SoundFile?> CheckOnceAsync(Sha256Digest digest)
    {
        try
        {
            var path = PathOf(digest);
            var entry = FileEntry.At(path);
            if (entry.IsFile && await DigestOfAsync(path) == digest && FileEntry.At(path) == entry)
            {
                return _sound[digest] = new SoundFile(entry);
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

    private FileStream? Open(string path, SoundFile sound)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        if (file.Length != sound.Entry.Length)
        {
            file.Dispose();

            return null;
        }

        var now = time.GetUtcNow();
        sound.UsedAt = now;
        if (now - sound.TouchedAt > TouchInterval)
        {
            sound.TouchedAt = now;
            try
            {
                File.SetLastAccessTimeUtc(path, now.UtcDateTime);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Just deleted, or owned by another process.
            }
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

    /// <summary>A file whose digest this process has verified.</summary>
    private sealed class SoundFile(FileEntry entry)
    {
        public FileEntry Entry => entry;

        public DateTimeOffset UsedAt { get; set; }

        /// <summary>When its access time was set.</summary>
        public DateTimeOffset TouchedAt { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A file in the cache of downloads was not the published one, so it was thrown away: {Path}")]
        public static partial void Discarded(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "The cache of downloads could not be used: {Path}")]
        public static partial void Unusable(ILogger logger, string path, Exception exception);
    }
}
