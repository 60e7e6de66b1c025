using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Caching;

public sealed class ResumingDownloadTests
{
    private readonly PassingTime _time = new();

    [Fact]
    public async Task A_server_that_sends_nothing_is_given_up_within_a_minute()
    {
        var remote = new Remote(_time, bytesPerRead: 0);
        using var download = new ResumingDownload(remote, _time);

        var failed = await Assert.ThrowsAsync<RemoteFileException>(() => ReadAsync(download));

        Assert.Equal(FailureKind.Unavailable, failed.Failure.Kind);
        Assert.Equal(3, remote.Ranges.Count);
        Assert.InRange(3 * ResumingDownload.IdleTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task A_server_that_trickles_is_asked_for_the_rest_and_then_given_up()
    {
        var remote = new Remote(_time, bytesPerRead: 100);
        using var download = new ResumingDownload(remote, _time);

        await Assert.ThrowsAsync<RemoteFileException>(() => ReadAsync(download));

        Assert.Equal([null, 300, 600], remote.Ranges);
    }

    [Fact]
    public async Task A_file_that_no_digest_tells_from_others_is_not_put_together_from_parts()
    {
        var remote = new Remote(_time, bytesPerRead: 100);
        using var download = new ResumingDownload(remote, _time, canResume: false);

        await Assert.ThrowsAsync<RemoteFileException>(() => ReadAsync(download));

        Assert.Equal([null], remote.Ranges);
    }

    private static async Task ReadAsync(ResumingDownload download)
    {
        var buffer = new byte[1000];
        while (await download.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>A clock on which pauses are over at once.</summary>
    private sealed class PassingTime : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime >= TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(2))
            {
                Advance(dueTime);
            }

            return timer;
        }
    }

    /// <summary>A file of 100,000 bytes, whose server takes 5 seconds for some of them, or sends none.</summary>
    private sealed class Remote(FakeTimeProvider time, int bytesPerRead) : IRemoteFile
    {
        public List<long?> Ranges { get; } = [];

        public string Server => "The server";

        public Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
        {
            var from = range?.Ranges.Single().From;
            Ranges.Add(from);

            return Task.FromResult(new RemoteContent(new Body(time, bytesPerRead), from ?? 0, bytes: null, length: 100_000, Stream.Null));
        }
    }

    private sealed class Body(FakeTimeProvider time, int bytesPerRead) : ReadOnlyStream
    {
        private int _reads;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Assert.InRange(++_reads, 1, 50);
            if (bytesPerRead == 0)
            {
                var hang = Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                time.Advance(ResumingDownload.IdleTimeout);
                await hang;
            }

            time.Advance(TimeSpan.FromSeconds(5));

            return bytesPerRead;
        }
    }
}
