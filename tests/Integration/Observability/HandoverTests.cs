using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>Files that the proxy sends: X-Accel-Redirect and X-Sendfile. Behind a real nginx they are in the tests of the proxy.</summary>
public sealed class HandoverTests : IDisposable
{
    private const string Config =
        """
        [team]
        type = "file_system"
        read_secret = "r3ad"
        write_secret = "wr1te"
        """;

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("--accel_redirect=/_files/")]
    [InlineData("--accel_redirect=/_files")]
    public async Task Nginx_is_told_a_location_below_the_root(string flag)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, flag);
        using var writer = server.Client("team", "wr1te");
        var wheel = Wheels.Build("demo", "1.0+local");
        (await writer.UploadAsync(wheel)).With(200);

        var file = (await writer.AskAsync($"/simple/demo/{Uri.EscapeDataString(wheel.Filename)}")).With(200);
        var metadata = (await writer.AskAsync($"/simple/demo/{Uri.EscapeDataString(wheel.Filename)}.metadata")).With(200);

        Assert.Empty(file.Bytes);
        Assert.Equal($"/_files/cache/team/storage/demo/{Uri.EscapeDataString(wheel.Filename)}", file["X-Accel-Redirect"]);
        // It lies in index/, which the proxy's user can't enter.
        Assert.Null(metadata["X-Accel-Redirect"]);
        Assert.Equal(wheel.Metadata, metadata.Bytes);
    }

    [Fact]
    public async Task Others_are_told_a_path()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--sendfile=True");
        using var writer = server.Client("team", "wr1te");
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);

        var file = (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(200);
        var metadata = (await writer.AskAsync($"/simple/demo/{wheel.Filename}.metadata")).With(200);

        Assert.Empty(file.Bytes);
        Assert.Equal(wheel.Content, await File.ReadAllBytesAsync(file["X-Sendfile"] ?? ""));
        Assert.Null(metadata["X-Sendfile"]);
        Assert.Equal(wheel.Metadata, metadata.Bytes);
    }

    [Fact]
    public async Task Who_may_not_read_is_told_nothing()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--accel_redirect=/_files/");
        using var writer = server.Client("team", "wr1te");
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);
        using var nobody = server.Client();

        Assert.Null((await nobody.AskAsync($"/simple/demo/{wheel.Filename}")).With(401)["X-Accel-Redirect"]);
    }

    [Theory]
    [InlineData("--accel_redirect=/_files/", "--sendfile")]
    [InlineData("--accel_redirect=")]
    [InlineData("--accel_redirect=/")]
    [InlineData("--accel_redirect=/a b/")]
    public async Task Nonsense_is_wrong_usage(params string[] flags) =>
        Assert.Equal(2, (await PyWharfProcess.RunAsync(["server", _root.Path, .. flags])).ExitCode);
}
