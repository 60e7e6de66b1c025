using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Api.Hosting;

namespace PyWharf.Unit.Api.Hosting;

public sealed class ResponseStallDetectorTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
    private readonly Socket _server;
    private readonly ResponseStallDetector _sut;

    public ResponseStallDetectorTests()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        _sut = new ResponseStallDetector(_server, Longest, _time);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_client_that_takes_nothing_of_what_waits_for_it_stalls()
    {
        Fill();

        Assert.False(_sut.IsStalled());
        _time.Advance(Longest);
        Assert.False(_sut.IsStalled());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_sut.IsStalled());
    }

    [Fact]
    public void One_that_takes_a_little_now_and_then_does_not()
    {
        Fill();
        var buffer = new byte[1_000_000];

        foreach (var _ in Enumerable.Range(0, 5))
        {
            Assert.False(_sut.IsStalled());
            _time.Advance(Longest - TimeSpan.FromSeconds(1));

            // What it has read shows when its system has room for more again.
            for (var read = 0; read < 20_000; read += _client.Receive(buffer, 0, 1000, SocketFlags.None))
            {
            }
        }

        Assert.False(_sut.IsStalled());
    }

    [Fact]
    public void One_for_whom_nothing_waits_does_not()
    {
        _time.Advance(10 * Longest);

        Assert.False(_sut.IsStalled());
    }

    [Fact]
    public void One_that_is_gone_is_no_trouble()
    {
        _server.Dispose();

        Assert.False(_sut.IsStalled());
    }

    /// <summary>Sends until neither system takes any more, and nothing is under way between them.</summary>
    private void Fill()
    {
        _server.Blocking = false;
        var bytes = new byte[65_536];
        do
        {
            SocketError error;
            do
            {
                _server.Send(bytes, SocketFlags.None, out error);
            }
            while (error == SocketError.Success);

            Assert.Equal(SocketError.WouldBlock, error);
        }
        while (_server.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite));
    }
}
