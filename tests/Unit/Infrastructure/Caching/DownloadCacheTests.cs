using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Caching;

public sealed class DownloadCacheTests : IDisposable
{
    private const int Size = 400_000;

    private readonly string _root = Directory.CreateTempSubdirectory("pywharf-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Downloads_under_way_have_a_bound_and_one_alone_has_none(bool knowsLength)
    {
        var staging = new DiskStaging(Path.Combine(_root, "staging"), TimeProvider.System, NullLogger.Instance);
        staging.Open();
        var kept = new DownloadStore(Path.Combine(_root, "files"), 1000, TimeProvider.System, NullLogger.Instance);
        var cache = new DownloadCache("test", staging, kept, TimeProvider.System, NullLogger.Instance, leastUnderWay: 1000);
        var (first, second) = (new Remote(knowsLength), new Remote(knowsLength));

        await using var arriving = await OpenAsync(cache, first);
        var refused = await cache.OpenAsync(second.File, second, default);

        Assert.Equal(FailureKind.Unavailable, refused.Failure?.Kind);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Failure?.RetryAfter);
        first.GoOn.SetResult();
        Assert.Equal(first.Content, await ReadAsync(arriving));
        second.GoOn.SetResult();

        // The last byte is there a moment before the download has ended.
        var opened = await cache.OpenAsync(second.File, second, default);
        for (var time = 0; opened.Failure is not null && time < 1000; time++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            opened = await cache.OpenAsync(second.File, second, default);
        }

        await using var body = Assert.IsType<Download.Content>(opened.Value).Body;
        Assert.Equal(second.Content, await ReadAsync(body));
    }

    [Fact]
    public void Downloads_of_unknown_length_count_what_has_arrived()
    {
        var budget = new DownloadBudget(1000);
        var (first, second) = (budget.TryTake(0), budget.TryTake(0));

        Assert.True(first?.TryGrow(900));
        Assert.False(second?.TryGrow(101));
        first?.Dispose();
        Assert.True(second?.TryGrow(5000));
        Assert.Null(budget.TryTake(1));
        second?.Dispose();
        Assert.NotNull(budget.TryTake(1000));
        Assert.Null(budget.TryTake(1));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static async Task<Stream> OpenAsync(DownloadCache cache, Remote remote) =>
        Assert.IsType<Download.Content>((await cache.OpenAsync(remote.File, remote, default)).Value).Body;

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        using var read = new MemoryStream();
        await body.CopyToAsync(read);

        return read.ToArray();
    }

    /// <summary>A file whose last bytes are sent when a test says so.</summary>
    private sealed class Remote(bool knowsLength) : IRemoteFile
    {
        public byte[] Content { get; } = RandomNumberGenerator.GetBytes(Size);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ExpectedFile File => new("a.whl", knowsLength ? Size : null, Sha256Digest.FromBytes(SHA256.HashData(Content)));

        public string Server => "The server";

        public Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
        {
            long? length = knowsLength ? Size : null;

            return Task.FromResult(new RemoteContent(new Body(Content, GoOn.Task), from: 0, length, length, Stream.Null));
        }
    }

    private sealed class Body(byte[] content, Task goOn) : ReadOnlyStream
    {
        private int _position;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var end = goOn.IsCompleted ? content.Length : content.Length - 1000;
            if (_position == end)
            {
                await (end == content.Length ? Task.CompletedTask : goOn.WaitAsync(cancellationToken));
                end = content.Length;
            }

            var read = Math.Min(buffer.Length, end - _position);
            content.AsMemory(_position, read).CopyTo(buffer);
            _position += read;

            return read;
        }
    }
}
