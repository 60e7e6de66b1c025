using PyWharf.Api.Hosting;

namespace PyWharf.Unit.Api.Hosting;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData(1024, 420, 180)]
    [InlineData(4096, 420, 1204)]
    [InlineData(1_048_576, 420, 349_364)]
    [InlineData(ConnectionLimit.MinOpenFiles, 800, 1)]
    public void Connections_get_three_descriptors_each_of_what_is_left(long openFiles, int taken, long room) =>
        Assert.Equal(room, ConnectionLimit.Room(openFiles, taken));

    [Fact]
    public void The_limit_of_open_files_of_this_process_is_known() => Assert.InRange(ConnectionLimit.OpenFiles ?? 0, 256, long.MaxValue);
}
