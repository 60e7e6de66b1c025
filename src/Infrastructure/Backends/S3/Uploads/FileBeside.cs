using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// A file beside a package, written before the package, which alone makes an upload visible. Of two servers that publish one name at once without a lock
/// that they share, each may find the other's.
/// </summary>
internal sealed class FileBeside
{
    private const int Tries = 5;

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
            var found = isThere ? await store.GetAsync(key, int.MaxValue, cancellationToken) : null;
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

    /// <summary>After the package was not published: takes it back, unless another server has replaced it.</summary>
    /// <param name="restores">Whether what it has replaced belongs to a published package.</param>
    public async Task WithdrawAsync(bool restores)
    {
        if ((await _store.HeadAsync(_key, CancellationToken.None))?.ETag != ETag)
        {
            return;
        }

        if (restores && _replaced is not null)
        {
            await _store.PutAsync(_key, _replaced, PutCondition.Replaces(ETag), CancellationToken.None);
        }
        else
        {
            await _store.DeleteAsync(_key, CancellationToken.None);
        }
    }
}
