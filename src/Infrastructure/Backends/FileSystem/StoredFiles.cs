using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Archives;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Reads the index entries of stored files. Safe for concurrent use.</summary>
internal sealed partial class StoredFiles(StorageLayout layout, IIndexCatalog catalog, TimeProvider time, ILogger logger)
{
    /// <summary>A file written within this time may be written again without a new time of last write, so it is read once more later.</summary>
    public static readonly TimeSpan StillMoving = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, string> _warned = new(StringComparer.Ordinal);

    /// <summary>The file of a name; null where it is missing, still being written, or no regular file.</summary>
    public async Task<CatalogedFile?> ReadAsync(
        DistributionFilename filename, string location, bool trustMeta, CancellationToken cancellationToken)
    {
        var path = layout.File(location, filename.ToString());
        var entry = FileEntry.At(path);
        if (!entry.IsFile)
        {
            return null;
        }

        var meta = MetaFile.TryRead(layout.Meta(location, filename.ToString()), out var unreadable);
        if (unreadable is not null)
        {
            WarnOnce(layout.Meta(location, filename.ToString()), unreadable);
        }

        if (!trustMeta || meta is null || !Sha256Digest.TryParse(meta.GetValueOrDefault("sha256"), out var sha256))
        {
            await WaitUntilStillAsync(entry, cancellationToken);
            sha256 = Sha256Digest.FromBytes(await Digests.OfFileAsync(path, DigestAlgorithm.Sha256, cancellationToken));
            if (FileEntry.At(path) != entry)
            {
                return null;
            }
        }

        var described = new PackageFile
        {
            Filename = filename,
            Location = location,
            Size = entry.Length,
            Sha256 = sha256,
            RequiresPython = RequiresPythonOf(filename, meta, path),
            UploadedAt = (meta is null ? null : UploadMeta.UploadTimeOf(meta))
                ?? await catalog.GetUploadTimeAsync(filename.ToString(), sha256, cancellationToken)
                ?? UnixTime.Truncate(WrittenAt(entry)),
            UploadedBy = meta is null ? null : UploadMeta.UploadedByOf(meta),
        };

        return new CatalogedFile(described, entry.Ticks);
    }

    /// <summary>Like <see cref="ReadAsync"/>; null also where the file can't be read, which is logged once.</summary>
    public async Task<CatalogedFile?> TryReadAsync(
        DistributionFilename filename, string location, bool trustMeta, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(filename, location, trustMeta, cancellationToken);
        }
        catch (Exception exception) when (StorageError.IsOfOneFile(exception) || exception is FileNotFoundException)
        {
            WarnOnce(layout.File(location, filename.ToString()), exception.Message);

            return null;
        }
    }

    /// <summary>The time of the last write, limited to now for files with a time in the future.</summary>
    public DateTimeOffset WrittenAt(FileEntry entry)
    {
        var (written, now) = (new DateTimeOffset(entry.Ticks, TimeSpan.Zero), time.GetUtcNow());

        return written < now ? written : now;
    }

    /// <summary>Logs once that a file or folder is ignored.</summary>
    public void WarnOnce(string path, string why)
    {
        if (_warned.TryAdd(path, why))
        {
            Log.Ignored(logger, path, why);
        }
    }

    /// <summary>Waits, as a file that is being copied grows. A time of last write in the future was set when the file was complete.</summary>
    private async Task WaitUntilStillAsync(FileEntry file, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - new DateTimeOffset(file.Ticks, TimeSpan.Zero);
        if (age >= TimeSpan.Zero && age < StillMoving)
        {
            await Task.Delay(StillMoving - age, time, cancellationToken);
        }
    }

    private RequiresPython? RequiresPythonOf(DistributionFilename filename, IReadOnlyDictionary<string, string>? meta, string path)
    {
        var sent = meta?.GetValueOrDefault("requires_python");
        if (RequiresPython.TryParse(sent, out var uploaded))
        {
            return uploaded;
        }

        if (sent?.Length > RequiresPython.MaxLength)
        {
            WarnOnce($"requires_python of {path}", $"it is longer than {RequiresPython.MaxLength} characters");
        }

        // Where there is a .meta file the upload had none, and reading every wheel of a large storage would take long.
        return meta is null
            && filename.Kind == DistributionKind.Wheel
            && CoreMetadata.TryParse(DistributionArchive.TryReadMetadata(path, filename), out var metadata, out _)
            && RequiresPython.TryParse(metadata.RequiresPython, out var declared)
                ? declared
                : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Ignored: {Path}: {Why}")]
        public static partial void Ignored(ILogger logger, string path, string why);
    }
}
