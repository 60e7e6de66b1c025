using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>
/// The body of a request, with timeouts. Until the client is authenticated the whole body must arrive within 30 seconds, and newer bodies may
/// evict it. Afterwards only pauses are limited, by --channel_timeout. Reading throws a <see cref="RequestBodyException"/> after a timeout.
/// </summary>
internal sealed class RequestBody : Stream
{
    // From the headers to the last byte, discarded bytes included.
    private static readonly TimeSpan UntrustedTimeout = TimeSpan.FromSeconds(30);

    // The longest time that a timer accepts.
    private static readonly TimeSpan MaxTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly Failure TooManyBodies = new(
        FailureKind.Unavailable, "The server is receiving too many requests of unknown senders. Try again in a few seconds.", TimeSpan.FromSeconds(5));

    private readonly PipeReader _body;
    private readonly UntrustedBodies _untrusted;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private CancellationTokenSource _timeout;
    private Failure _reason;

    public RequestBody(PipeReader body, UntrustedBodies untrusted, RequestBodyOptions options, TimeProvider time)
    {
        (_body, _untrusted, _time) = (body, untrusted, time);
        _idle = options.IdleTimeout < MaxTimer ? options.IdleTimeout : MaxTimer;

        var longest = _idle < UntrustedTimeout ? _idle : UntrustedTimeout;
        _timeout = new CancellationTokenSource(longest, time);
        _reason = new Failure(FailureKind.TooSlow, $"The request was not there as a whole within {Seconds(longest)} seconds. Send it again.");
        untrusted.Add(this);
    }

    /// <summary>Whether the client is authenticated for the request.</summary>
    public bool IsTrusted { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The body of a request; null if the request has none.</summary>
    public static RequestBody? Of(HttpContext http) => http.Features.Get<RequestBody>();

    /// <summary>Lifts the limits for unauthenticated clients. To be called once the credential is found to allow the request.</summary>
    public void Trust()
    {
        if (IsTrusted)
        {
            return;
        }

        _untrusted.Remove(this);
        _timeout.Dispose();

        // A new source: the old one may have timed out while the credential was checked.
        _timeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        _reason = new Failure(
            FailureKind.TooSlow, $"The body of the request stopped coming for {Seconds(_idle)} seconds (--channel_timeout). Send it again.");
        IsTrusted = true;
    }

    /// <summary>Aborts the reading of an untrusted body, to make room for a newer one.</summary>
    public void Evict()
    {
        _reason = TooManyBodies;
        _ = _timeout.CancelAsync(); // not Cancel: the reader would continue synchronously under the lock of the caller
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // CancelPendingRead instead of a token: a cancelled ReadAsync leaves Kestrel's reader unusable.
        using var end = _timeout.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), _body);
        using var given = cancellationToken.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), _body);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_timeout.IsCancellationRequested)
            {
                throw new RequestBodyException(_reason);
            }

            var read = await ReadOnceAsync();
            var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
            var taken = read.Buffer.Slice(0, count);
            taken.CopyTo(buffer.Span);
            _body.AdvanceTo(taken.End);
            if (count > 0 || buffer.IsEmpty || read.IsCompleted)
            {
                return count;
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _untrusted.Remove(this);
            _timeout.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<ReadResult> ReadOnceAsync()
    {
        var read = _body.ReadAsync(CancellationToken.None);
        if (!IsTrusted || read.IsCompleted)
        {
            return await read;
        }

        // The timeout runs only while waiting for the client, not while the disk writes.
        _timeout.CancelAfter(_idle);
        var result = await read;
        _timeout.CancelAfter(Timeout.InfiniteTimeSpan);

        return result;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
