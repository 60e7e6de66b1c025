using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using PyWharf.Api.Hosting;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>
/// The body of a request as everything here reads it. Until its sender is known it is a stranger's: it has to be there as a whole before long,
/// and gives way to newer ones. Afterwards it may take its time, as long as it does not stop for longer than --channel_timeout. Where it does,
/// reading throws a <see cref="BodyException"/>.
/// </summary>
internal sealed class RequestBody : Stream
{
    // From the headers to the last byte, what is thrown away included.
    private static readonly TimeSpan StrangersTime = TimeSpan.FromSeconds(30);

    // No timer runs longer.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly Failure Crowded = new(
        FailureKind.Unavailable, "The server is receiving too many requests of unknown senders. Try again in a few seconds.", TimeSpan.FromSeconds(5));

    private readonly PipeReader _body;
    private readonly StrangersBodies _strangers;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private CancellationTokenSource _ends;
    private Failure _reason;

    public RequestBody(PipeReader body, StrangersBodies strangers, ServerOptions options, TimeProvider time)
    {
        (_body, _strangers, _time) = (body, strangers, time);
        _idle = options.ChannelTimeout < LongestTimer ? options.ChannelTimeout : LongestTimer;

        var longest = _idle < StrangersTime ? _idle : StrangersTime;
        _ends = new CancellationTokenSource(longest, time);
        _reason = new Failure(FailureKind.TooSlow, $"The request was not there as a whole within {Seconds(longest)} seconds. Send it again.");
        strangers.Add(this);
    }

    /// <summary>Whether its sender is known.</summary>
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

    /// <summary>The body of a request, null where it can have none.</summary>
    public static RequestBody? Of(HttpContext http) => http.Features.Get<RequestBody>();

    /// <summary>Its sender has shown a secret that is good for what they want to do.</summary>
    public void Trust()
    {
        if (IsTrusted)
        {
            return;
        }

        _strangers.Remove(this);
        _ends.Dispose();

        // A new one: the time may have run out while somebody else was asked whether the secret is good.
        _ends = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        _reason = new Failure(
            FailureKind.TooSlow, $"The body of the request stopped coming for {Seconds(_idle)} seconds (--channel_timeout). Send it again.");
        IsTrusted = true;
    }

    /// <summary>Ends the reading of a stranger's body.</summary>
    public void GiveWay()
    {
        _reason = Crowded;
        _ = _ends.CancelAsync(); // not here: whoever reads would go on in the middle of our caller's work
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Not by a token, which leaves the web server's reader in a state that it can only report.
        using var end = _ends.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), _body);
        using var given = cancellationToken.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), _body);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_ends.IsCancellationRequested)
            {
                throw new BodyException(_reason);
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
            _strangers.Remove(this);
            _ends.Dispose();
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

        // The time runs only while the client is waited for, not while the disk is.
        _ends.CancelAfter(_idle);
        var result = await read;
        _ends.CancelAfter(Timeout.InfiniteTimeSpan);

        return result;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
