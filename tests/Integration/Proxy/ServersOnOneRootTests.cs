using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>Servers that share a root folder, as on one machine.</summary>
public sealed class ServersOnOneRootTests : ReplicaTests
{
    private readonly List<PyWharfProcess> _servers = [];

    [FactWhen(Needs.Nginx, Needs.Twine, Needs.Venv)]
    public Task Behind_nginx_crashes_fail_no_install() => CrashBehindNginxAsync();

    [FactWhen(Needs.HAProxy, Needs.Twine, Needs.Venv)]
    public Task Behind_haproxy_crashes_fail_no_install() => CrashBehindHAProxyAsync();

    [FactWhen(Needs.Nginx, Needs.HAProxy)]
    public Task A_browser_stays_with_the_server_that_knows_its_session() => StayLoggedInAsync();

    private protected override async Task<IReadOnlyList<PyWharfProcess>> StartServersAsync(string folder)
    {
        for (var i = 0; i < 3; i++)
        {
            _servers.Add(await PyWharfProcess.StartAsync(Path.Combine(folder, "root"), ServerFixture.Config, "--trusted_proxy=127.0.0.1"));
        }

        return _servers;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _servers.ForEach(server => server.Dispose());
        base.Dispose(disposing);
    }
}
