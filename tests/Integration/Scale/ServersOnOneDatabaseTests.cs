using PyWharf.Integration.Proxy;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Scale;

/// <summary>Servers that share a database and an object store, as on several machines.</summary>
public sealed class ServersOnOneDatabaseTests : ReplicaTests
{
    private ReplicaSet? _set;

    [FactWhen(Needs.PostgreSql, Needs.Ceph, Needs.Nginx, Needs.Twine, Needs.Venv)]
    public Task Behind_nginx_crashes_fail_no_install() => CrashBehindNginxAsync();

    [FactWhen(Needs.PostgreSql, Needs.Ceph, Needs.HAProxy, Needs.Twine, Needs.Venv)]
    public Task Behind_haproxy_crashes_fail_no_install() => CrashBehindHAProxyAsync();

    [FactWhen(Needs.PostgreSql, Needs.Ceph, Needs.Nginx, Needs.HAProxy)]
    public Task A_browser_stays_logged_in() => StayLoggedInAsync();

    private protected override async Task<IReadOnlyList<PyWharfProcess>> StartServersAsync(string folder)
    {
        _set = await ReplicaSet.StartAsync(3, download: "proxy", flags: "--trusted_proxy=127.0.0.1");

        return _set.Servers;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _set?.Dispose();
        base.Dispose(disposing);
    }
}
