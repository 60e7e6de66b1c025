using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// Finds out, once per process, whether the storage honours <c>If-None-Match</c> at writes. Some answer 501, and some ignore it, which would let a file be
/// overwritten. Safe for concurrent use.
/// </summary>
internal sealed class ConditionalWrites(ObjectStore store, IProjectLocks locks)
{
    private static readonly Failure NeedsDatabase = new(
        FailureKind.Unavailable,
        "The object storage has no conditional writes, so a change needs a lock that all servers share: the server's operator has to start it with --database.",
        TimeSpan.FromSeconds(60));

    private bool? _areHonoured;

    /// <summary>
    /// Whether it does. Where it does not, the locks have to keep other servers out: a failure where they don't. Throws <see cref="S3Exception"/>.
    /// </summary>
    public async ValueTask<Outcome<bool>> CheckAsync(CancellationToken cancellationToken)
    {
        var areHonoured = await AreHonouredAsync(cancellationToken);

        return areHonoured || locks.AreShared ? areHonoured : NeedsDatabase;
    }

    private async ValueTask<bool> AreHonouredAsync(CancellationToken cancellationToken)
    {
        if (_areHonoured is { } known)
        {
            return known;
        }

        var key = $"{store.Keys.Uploads}{Guid.NewGuid():N}";
        bool areHonoured;
        try
        {
            await store.PutAsync(key, "?"u8.ToArray(), PutCondition.IsNew, cancellationToken);
            areHonoured = await store.PutAsync(key, "!"u8.ToArray(), PutCondition.IsNew, cancellationToken) is null;
        }
        catch (S3Exception exception) when (exception.Kind == S3ErrorKind.NotImplemented)
        {
            areHonoured = false;
        }

        await store.DeleteAsync(key, cancellationToken);
        _areHonoured = areHonoured;

        return areHonoured;
    }
}
