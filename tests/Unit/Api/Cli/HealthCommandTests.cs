namespace PyWharf.Unit.Api.Cli;

public sealed class HealthCommandTests
{
    [Fact]
    public async Task Without_flags_it_asks_a_server_on_its_default_port() =>
        Assert.Equal(new Uri("http://127.0.0.1:8888/health"), (await Invocation.Of("health")).Options);

    [Fact]
    public async Task It_asks_what_it_is_told_to() =>
        Assert.Equal(new Uri("http://[::1]:80/x/health"), (await Invocation.Of("health", "--url", "http://[::1]:80/x/health")).Options);

    [Theory]
    [InlineData("https://127.0.0.1/health")]
    [InlineData("/health")]
    [InlineData("127.0.0.1:8888")]
    [InlineData("http://user:password@127.0.0.1/health")]
    public async Task Only_a_plain_http_address_will_do(string url) =>
        Assert.Equal("--url must be an http:// URL", (await Invocation.Of("health", $"--url={url}")).Complaint);
}
