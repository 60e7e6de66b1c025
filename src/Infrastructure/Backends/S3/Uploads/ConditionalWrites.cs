using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// Finds out, once per process, whether the storage honours <c>If-None-Match</c> at writes. Some answer 501, and some ignore it, which would let a file be
/// overwritten. Safe for concurrent use.
/// </summary>
internal sealed class ConditionalWrites(ObjectStore store)
{
    private bool? _areHonoured;

    /// <summary>Whether it does. Throws <see cref="S3Exception"/>.</summary>
    public async ValueTask<bool> AreHonouredAsync(CancellationToken cancellationToken)
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
