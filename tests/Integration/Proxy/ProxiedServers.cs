using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>Servers behind proxies, which the tests play.</summary>
public sealed class ProxiedServers : IAsyncLifetime, IDisposable
{
    internal const int LargestBody = 30_000;

    private readonly TempFolder _root = new();
    private PyWharfProcess? _trusting;
    private PyWharfProcess? _prefixed;

    /// <summary>Believes what its proxy, at the loopback, says of the client's side.</summary>
    internal PyWharfProcess Trusting => _trusting ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>Was told by flags where it is published; believes a proxy at another address only.</summary>
    internal PyWharfProcess Prefixed => _prefixed ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _trusting = await PyWharfProcess.StartAsync(_root.At("trusting"), ServerFixture.Config, "--trusted_proxy=127.0.0.1");
        _prefixed = await PyWharfProcess.StartAsync(
            _root.At("prefixed"), ServerFixture.Config, "--url_prefix=/pfx", "--url_scheme=https", "--trusted_proxy=203.0.113.7", "--ident=wharf",
            $"--max_request_body_size={LargestBody}");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _trusting?.Dispose();
        _prefixed?.Dispose();
        _root.Dispose();
    }
}
