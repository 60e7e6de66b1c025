using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// A file beside a package, written before the package, which alone makes an upload visible. Of two servers that publish one name at once without a lock
/// that they share, each may find the other's.
/// </summary>
internal sealed class FileBeside
{
    private const int Tries = 5;

    // More than any form or attestations of an upload have.
    private const int MostRestored = 32 * 1024 * 1024;

    private readonly ObjectStore _store;
    private readonly string _key;
    private readonly byte[] _content;
    private readonly byte[]? _replaced;

    private FileBeside(ObjectStore store, string key, byte[] content, string etag, byte[]? replaced) =>
        (_store, _key, _content, ETag, _replaced) = (store, key, content, etag, replaced);

    /// <summary>Its ETag.</summary>
    public string ETag { get; }

    /// <summary>Writes it, and remembers what it replaces. Throws <see cref="S3Exception"/>.</summary>
    /// <param name="store">The storage.</param>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its content.</param>
    /// <param name="isThere">Whether there was one when the folder was listed.</param>
    /// <param name="isConditional">Whether the storage has conditional writes; else the caller holds a lock that all servers share.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<FileBeside> WriteAsync(
        ObjectStore store, string key, byte[] content, bool isThere, bool isConditional, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            // Of an upload that was broken off, of one that is under way, or put there by hand.
            var found = isThere ? await store.GetAsync(key, MostRestored, cancellationToken) : null;
            var condition = isConditional ? PutCondition.Replaces(found?.ETag) : PutCondition.None;
            if (await store.PutAsync(key, content, condition, cancellationToken) is { } etag)
            {
                return new FileBeside(store, key, content, etag, found?.Content);
            }

            isThere = true;
        }

        throw new S3Exception(S3ErrorKind.PreconditionFailed, "another server publishes the same file");
    }

    /// <summary>After the package was published: makes sure that it is the one beside it.</summary>
    public async Task EnsureAsync()
    {
        if ((await _store.HeadAsync(_key, CancellationToken.None))?.ETag != ETag)
        {
            await _store.PutAsync(_key, _content, PutCondition.None, CancellationToken.None);
        }
    }

    /// <summary>After no package was published: takes it back, unless another server has replaced it.</summary>
    public async Task WithdrawAsync()
    {
        if ((await _store.HeadAsync(_key, CancellationToken.None))?.ETag == ETag)
        {
            await _store.DeleteAsync(_key, CancellationToken.None);
        }
    }

    /// <summary>
    /// After another upload has published the package: puts back what belongs to that, if this upload has replaced it. Whoever replaced it does so, whatever
    /// others have written since.
    /// </summary>
    public async Task RestoreAsync(Sha256Digest? package)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var current = await _store.GetAsync(_key, MetaFile.MaxBytes, CancellationToken.None);
            var isMine = current?.ETag == ETag;
            if (package is not null && BelongsTo(current?.Content, package.Value))
            {
                return;
            }

            if (_replaced is not { } replaced || !(package is null || !StoredNames.IsMeta(_key) ? isMine : BelongsTo(replaced, package.Value)))
            {
                // The upload form of the other upload comes back by its publisher, perhaps between the reading above and a deletion here.
                if (isMine && !StoredNames.IsMeta(_key))
                {
                    await _store.DeleteAsync(_key, CancellationToken.None);
                }

                return;
            }

            if (await _store.PutAsync(_key, replaced, PutCondition.Replaces(current?.ETag), CancellationToken.None) is not null)
            {
                return;
            }
        }
    }

    /// <summary>Whether an upload form is of these bytes.</summary>
    private bool BelongsTo(byte[]? content, Sha256Digest package) =>
        StoredNames.IsMeta(_key)
        && content is not null
        && MetaFile.TryRead(content, _key, out var form, out _)
        && Sha256Digest.TryParse(form.GetValueOrDefault("sha256"), out var sha256)
        && sha256.Equals(package);
}
