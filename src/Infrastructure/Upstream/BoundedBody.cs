using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The body of an answer, read up to a number of bytes and not one further.</summary>
/// <param name="inner">The body; it is closed with this.</param>
/// <param name="most">How many bytes it may have. More throw an <see cref="UpstreamException"/>.</param>
/// <param name="turns">
/// A large body waits for one of these and gives it back when it is closed, as what is made of it takes a lot of memory; null where there is no need.
/// </param>
internal sealed class BoundedBody(Stream inner, long most, SemaphoreSlim? turns) : ReadOnlyStream
{
    private const int LargeBytes = 2 * 1024 * 1024;

    private long _read;
    private bool _hasTurn;

    public override bool CanSeek => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read > LargeBytes && turns is not null && !_hasTurn)
        {
            await turns.WaitAsync(cancellationToken);
            _hasTurn = true;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;

        return _read <= most
            ? read
            : throw new UpstreamException(FailureKind.BadGateway, $"The answer of the upstream index is larger than the {most} bytes that this server takes.");
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            if (_hasTurn)
            {
                _hasTurn = false;
                turns?.Release();
            }
        }

        base.Dispose(disposing);
    }
}
