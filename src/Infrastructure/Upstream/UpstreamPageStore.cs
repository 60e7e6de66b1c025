using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Pages of an upstream index on disk, one file for each project, with the first sights of files. A file that is missing, damaged, of another index or of
/// another version is as if it were not there. Safe for concurrent use, and for several processes with one folder: the last writer wins.
/// </summary>
/// <remarks>It is a cache, so nothing is flushed to the disk: after a power failure a page is whole, or damaged and fetched again.</remarks>
/// <param name="folder">The folder; created with the first page.</param>
/// <param name="index">The URL of the index, without credentials.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs when pages can't be kept.</param>
internal sealed partial class UpstreamPageStore(string folder, Uri index, TimeProvider time, ILogger logger)
{
    /// <summary>The extension of a page.</summary>
    public const string Extension = ".json";

    private const string New = ".new";
    private const int Block = 4096; // what the shortest file takes
    private const int LongestName = 200; // with extension and temporary name, a file system takes 255

    // Other processes may fill the folder too, so it is measured again each time that this process has written a tenth of the total.
    private const int UncountedShare = 10;

    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private readonly Lock _sweeping = new();
    private long _room;
    private volatile bool _isUnusable;

    /// <summary>The total size, in bytes: about 40,000 pages of usual projects.</summary>
    public long MostBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Whether pages are only read: none is written, confirmed or removed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The stamp of a stored page; null if there is none.</summary>
    public PageStamp? Find(ProjectName project)
    {
        var path = PathOf(project);
        try
        {
            using var file = Open(path);

            return file is not null && StoredPageFormat.ReadDigest(file) is { } digest ? new PageStamp(digest, ConfirmedAt(path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a page; null if there is none, or no valid one of this index.</summary>
    public async Task<StoredPage?> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Open(PathOf(project));

            return file is not null
                && await StoredPageFormat.ReadAsync(file, cancellationToken) is { } page
                && page.Index == index.AbsoluteUri
                && page.Page.Name == project.ToString()
                    ? page
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(exception);

            return null;
        }
    }

    /// <summary>Writes a page, confirmed now.</summary>
    /// <returns>Its stamp; null if it is not kept: errors are logged.</returns>
    public async Task<PageStamp?> WriteAsync(UpstreamListing listing)
    {
        var project = listing.Project;
        if (IsReadOnly || project.Name.ToString().Length > LongestName)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var path = PathOf(project.Name);
        var temporary = $"{path}.{Guid.NewGuid():N}{New}";
        try
        {
            Directory.CreateDirectory(folder);
            string digest;
            long length;
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                digest = await StoredPageFormat.WriteAsync(
                    file,
                    new StoredPage(StoredPage.CurrentVersion, index.AbsoluteUri, project.Page, project.FirstSeen, listing.Validators, listing.FreshFor, now));
                length = file.Length;
            }

            File.SetLastWriteTimeUtc(temporary, now.UtcDateTime);
            DurableFile.Replace(temporary, path);
            MakeRoom(length);
            _isUnusable = false;

            return new PageStamp(digest, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(exception);
            Delete(temporary);

            return null;
        }
    }

    /// <summary>Confirms a page, which upstream says has not changed.</summary>
    /// <returns>Its new stamp; null if the stored page is another one.</returns>
    public PageStamp? Confirm(ProjectName project, PageStamp stamp)
    {
        if (IsReadOnly)
        {
            return stamp;
        }

        var now = time.GetUtcNow();
        try
        {
            if (Find(project)?.Digest != stamp.Digest)
            {
                return null;
            }

            File.SetLastWriteTimeUtc(PathOf(project), now.UtcDateTime);

            return stamp with { ConfirmedAt = now };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(exception);

            return stamp;
        }
    }

    /// <summary>Removes the page of a project that upstream does not have any more.</summary>
    public void Remove(ProjectName project)
    {
        if (!IsReadOnly)
        {
            Delete(PathOf(project));
        }
    }

    private static FileStream? Open(string path) =>
        FileEntry.At(path).IsFile
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
            : null;

    private static DateTimeOffset ConfirmedAt(string path) => new(File.GetLastWriteTimeUtc(path));

    private string PathOf(ProjectName project) => Path.Combine(folder, project + Extension);

    /// <summary>Above the total size, deletes the pages that were confirmed least recently, and what killed processes left.</summary>
    private void MakeRoom(long written)
    {
        lock (_sweeping)
        {
            _room -= Math.Max(written, Block);
            if (_room >= 0)
            {
                return;
            }

            var bytes = 0L;
            foreach (var file in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc))
            {
                bytes += Math.Max(file.Length, Block);
                if (bytes > MostBytes || (file.Extension == New && time.GetUtcNow() - file.LastWriteTimeUtc > LongestWrite))
                {
                    bytes -= Math.Max(file.Length, Block);
                    file.Delete();
                }
            }

            _room = Math.Min(MostBytes - bytes, MostBytes / UncountedShare);
        }
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing is kept yet.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(exception);
        }
    }

    /// <summary>Logs what keeps pages from the disk, once until one can be written.</summary>
    private void Note(Exception exception)
    {
        if (!_isUnusable)
        {
            _isUnusable = true;
            Log.Unusable(logger, folder, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6, LogLevel.Error, "Pages of an upstream index can't be kept, so that they are in memory only: {Folder}: {Cause}")]
        public static partial void Unusable(ILogger logger, string folder, string cause);
    }
}
