using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Reads the index entries of stored files. Safe for concurrent use; throws <see cref="S3Exception"/>.</summary>
internal sealed partial class StoredFiles(ObjectStore store, IIndexCatalog catalog, RemoteWheelReader wheels, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, string> _warned = new(StringComparer.Ordinal);

    /// <summary>The file of a name; null where it was removed since its folder was listed.</summary>
    /// <param name="filename">The name.</param>
    /// <param name="folder">The listing of its folder.</param>
    /// <param name="trustMeta">Whether the digest of the upload form is taken for that of the file; else the bytes are read, unless this program has written them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<CatalogedFile?> ReadAsync(DistributionFilename filename, ProjectFolder folder, bool trustMeta, CancellationToken cancellationToken) =>
        ReadAsync(filename, folder, trustMeta ? DigestSource.Meta : DigestSource.Object, cancellationToken);

    /// <summary>The same, with a digest of its bytes.</summary>
    public Task<CatalogedFile?> ReadThoroughlyAsync(DistributionFilename filename, ProjectFolder folder, CancellationToken cancellationToken) =>
        ReadAsync(filename, folder, DigestSource.Bytes, cancellationToken);

    /// <summary>The fields of an upload form; null where there is none, or it can't be read, which is logged once.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> ReadMetaAsync(string location, string filename, CancellationToken cancellationToken) =>
        (await ReadTaggedMetaAsync(location, filename, cancellationToken)).Form;

    private async Task<(IReadOnlyDictionary<string, string>? Form, string? ETag)> ReadTaggedMetaAsync(string location, string filename, CancellationToken cancellationToken)
    {
        var key = store.Keys.Meta(location, filename);
        if (await store.GetAsync(key, MetaFile.MaxBytes + 1, cancellationToken) is not { } found)
        {
            return (null, null);
        }

        if (!MetaFile.TryRead(found.Content, key, out var form, out var problem))
        {
            WarnOnce(key, problem);
        }

        return (form, found.ETag);
    }

    /// <summary>Logs once that an object is ignored.</summary>
    public void WarnOnce(string key, string why)
    {
        if (_warned.TryAdd(key, why))
        {
            Log.Ignored(logger, key, why);
        }
    }

    private async Task<CatalogedFile?> ReadAsync(DistributionFilename filename, ProjectFolder folder, DigestSource source, CancellationToken cancellationToken)
    {
        var (location, name) = (folder.Location, filename.ToString());
        if (folder[name] is not { } entry)
        {
            return null;
        }

        var metaEntry = folder[StoredNames.Meta(name)];
        var (meta, metaTag) = metaEntry is null ? (null, null) : await ReadTaggedMetaAsync(location, name, cancellationToken);
        var ofMeta = Sha256Digest.TryParse(meta?.GetValueOrDefault("sha256"), out var digest) ? digest : (Sha256Digest?)null;

        // A form that is no older than its package may be of another upload, which lost a race against it.
        var isSure = source == DigestSource.Meta && ofMeta is not null && metaEntry?.ModifiedAt < entry.ModifiedAt;
        var ofObject = isSure ? null : (await store.HeadAsync(entry.Key, cancellationToken))?.Sha256;
        var sha256 = isSure ? ofMeta
            : source == DigestSource.Bytes ? await HashAsync(entry.Key, cancellationToken)
            : ofObject ?? (source == DigestSource.Meta ? ofMeta : null) ?? await HashAsync(entry.Key, cancellationToken);
        if (sha256 is not { } known)
        {
            return null;
        }

        if (ofObject is not null && ofMeta is not null && !ofObject.Equals(ofMeta))
        {
            WarnOnce(store.Keys.Meta(location, name), "it is of an upload with other bytes");
            meta = null;
        }

        var file = new PackageFile
        {
            Filename = filename,
            Location = location,
            Size = entry.Size,
            Sha256 = known,
            RequiresPython = null,
            UploadedAt = (meta is null ? null : UploadMeta.UploadTimeOf(meta))
                ?? await catalog.GetUploadTimeAsync(name, known, cancellationToken)
                ?? UnixTime.Truncate(entry.ModifiedAt < time.GetUtcNow() ? entry.ModifiedAt : time.GetUtcNow()),
            UploadedBy = meta is null ? null : UploadMeta.UploadedByOf(meta),
        };

        // Of the form that was read: one that was replaced since the folder was listed is read again.
        return new CatalogedFile(
            file with { RequiresPython = await ReadRequiresPythonAsync(file, meta, cancellationToken) }, ProjectFolder.StampOf(entry.ETag, metaTag));
    }

    /// <summary>The digest of an object's bytes, which are read through; null where it is gone.</summary>
    private Task<Sha256Digest?> HashAsync(string key, CancellationToken cancellationToken) => ReadAsync<Sha256Digest?>(async () =>
    {
        await using var content = new ResumingDownload(new S3File(store, key), time);

        return Sha256Digest.FromBytes(await SHA256.HashDataAsync(content, cancellationToken));
    });

    private async Task<RequiresPython?> ReadRequiresPythonAsync(PackageFile file, IReadOnlyDictionary<string, string>? meta, CancellationToken cancellationToken)
    {
        var sent = meta?.GetValueOrDefault("requires_python");
        if (RequiresPython.TryParse(sent, out var uploaded))
        {
            return uploaded;
        }

        if (sent?.Length > RequiresPython.MaxLength)
        {
            WarnOnce($"requires_python of {store.Keys.File(file)}", $"it is longer than {RequiresPython.MaxLength} characters");
        }

        // Where there is a form the upload had none, and reading every wheel of a large storage would take long.
        return meta is null
            && CoreMetadata.TryParse(await ReadDocumentAsync(file, cancellationToken), out var metadata, out _)
            && RequiresPython.TryParse(metadata.RequiresPython, out var declared)
                ? declared
                : null;
    }

    /// <summary>The metadata document of a wheel, read from the end of the object; null where it has none, or is gone.</summary>
    public Task<byte[]?> ReadDocumentAsync(PackageFile file, CancellationToken cancellationToken) =>
        ReadAsync(() => wheels.ReadMetadataAsync(file, new S3File(store, file), cancellationToken));

    private static async Task<T?> ReadAsync<T>(Func<Task<T?>> read)
    {
        try
        {
            return await read();
        }
        catch (RemoteFileException exception) when (exception.InnerException is S3Exception inner)
        {
            return inner.Kind == S3ErrorKind.NotFound ? default : throw inner;
        }
        catch (RemoteFileException exception)
        {
            throw new S3Exception(S3ErrorKind.Unavailable, "it sends objects only in part", exception);
        }
    }

    /// <summary>Whose word is taken for a digest.</summary>
    private enum DigestSource
    {
        Meta,
        Object,
        Bytes,
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Ignored: {Key}: {Why}")]
        public static partial void Ignored(ILogger logger, string key, string why);
    }
}
