using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;

namespace PyWharf.Infrastructure.Backends.S3.Uploads;

/// <summary>
/// An object that exists while a file is uploaded, and is written again every few seconds: what a killed server leaves behind is found by the markers that
/// nobody writes any more (<see cref="LeftoverSweep"/>).
/// </summary>
internal sealed class UploadMarker : IAsyncDisposable
{
    /// <summary>A marker of this age is of a dead upload.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(8);

    private readonly ObjectStore _store;
    private readonly byte[] _content;
    private readonly PeriodicTimer _timer;
    private readonly Task _writing;
    private bool _isKept;

    private UploadMarker(ObjectStore store, string id, byte[] content, TimeProvider time)
    {
        (_store, Id, _content) = (store, id, content);
        _timer = new PeriodicTimer(Pause, time);
        _writing = WriteAsync();
    }

    /// <summary>Identifies the upload.</summary>
    public string Id { get; }

    /// <summary>Writes the marker of an upload.</summary>
    public static async Task<UploadMarker> BeginAsync(ObjectStore store, DistributionFilename file, TimeProvider time, CancellationToken cancellationToken)
    {
        var (id, content) = ($"{Guid.NewGuid():N}", Encoding.UTF8.GetBytes($"{file.Project}/{file}"));
        await store.PutAsync(store.Keys.Uploads + id, content, PutCondition.None, cancellationToken);

        return new UploadMarker(store, id, content, time);
    }

    /// <summary>The folder and the name of the file that a marker is of; null where it is none.</summary>
    public static (string Location, string Filename)? FileOf(byte[] content) =>
        Encoding.UTF8.GetString(content).Split('/') is [{ Length: > 0 } location, { Length: > 0 } filename] ? (location, filename) : null;

    /// <summary>Leaves the marker, as what the upload has left could not be removed.</summary>
    public void Keep() => _isKept = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _writing;
        if (_isKept)
        {
            return;
        }

        try
        {
            await _store.DeleteAsync(_store.Keys.Uploads + Id, CancellationToken.None);
        }
        catch (S3Exception)
        {
            // It is swept.
        }
    }

    private async Task WriteAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                await _store.PutAsync(_store.Keys.Uploads + Id, _content, PutCondition.None, CancellationToken.None);
            }
            catch (S3Exception)
            {
                // The upload itself will notice.
            }
        }
    }
}
