using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The body of a response, which throws when it exceeds a number of bytes.</summary>
/// <param name="inner">The body; closed with this stream.</param>
/// <param name="most">The maximum number of bytes. More throw an <see cref="UpstreamException"/>.</param>
/// <param name="turns">
/// Entered by a large body until it is closed, as parsing it takes a lot of memory; null for no such limit.
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
