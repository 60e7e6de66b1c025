using System.Text;
using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// Removes what killed servers have left of uploads: files beside a package that was not published, parts, claims and markers. Nothing is touched that has
/// no marker: others may put files into the bucket, too. Not safe for concurrent use; harmless beside another process.
/// </summary>
internal sealed class LeftoverSweep(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private long? _sweptAt;

    /// <summary>Sweeps, unless that was done a moment ago. Throws <see cref="S3Exception"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_sweptAt is { } sweptAt && time.GetElapsedTime(sweptAt) < Pause)
        {
            return;
        }

        _sweptAt = time.GetTimestamp();
        var (alive, dead) = (new HashSet<(string, string)>(), new List<(string Key, (string Location, string Filename)? File)>());
        await foreach (var marker in store.ListAsync(store.Keys.Uploads, cancellationToken))
        {
            var isDead = store.Clock.Now - marker.ModifiedAt >= UploadMarker.DeadAfter;
            var file = await store.GetAsync(marker.Key, maxBytes: 4096, cancellationToken) is { } found ? UploadMarker.FileOf(found.Content) : null;
            if (isDead)
            {
                dead.Add((marker.Key, file));
            }
            else if (file is { } uploaded)
            {
                alive.Add(uploaded);
            }
        }

        foreach (var (key, file) in dead)
        {
            // A file that somebody uploads right now is looked at when that is over.
            if (file is { } left && alive.Contains(left))
            {
                continue;
            }

            if (file is { } abandoned)
            {
                await SweepAsync(abandoned.Location, abandoned.Filename, key[store.Keys.Uploads.Length..], cancellationToken);
            }

            await store.DeleteAsync(key, cancellationToken);
        }
    }

    private async Task SweepAsync(string location, string filename, string upload, CancellationToken cancellationToken)
    {
        var (file, claim) = (store.Keys.File(location, filename), store.Keys.Claim(location, filename));
        await foreach (var partial in store.ListPartialAsync(file, cancellationToken))
        {
            await store.AbortAsync(file, partial, cancellationToken);
        }

        if (await store.GetAsync(claim, maxBytes: 64, cancellationToken) is { } claimed && Encoding.UTF8.GetString(claimed.Content) == upload)
        {
            await store.DeleteAsync(claim, cancellationToken);
        }

        if (await store.HeadAsync(file, cancellationToken) is null)
        {
            await store.DeleteAsync(store.Keys.Meta(location, filename), cancellationToken);
            await store.DeleteAsync(store.Keys.Attestations(location, filename), cancellationToken);
        }
    }
}
