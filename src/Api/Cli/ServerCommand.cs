using System.CommandLine;
using PyWharf.Api.Hosting;
using PyWharf.Api.Observability;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf server ROOT</c>: runs the server until it is stopped.</summary>
internal sealed class ServerCommand : Command
{
    private static readonly string Help = $"""
        run the package index server

        Examples:
          pywharf server ./pywharf-root --config=config.toml --admin_secret=admin_secret.toml
          pywharf server ./pywharf-root --config=config.toml --host=127.0.0.1 --extra_index_url=
          pywharf server /srv/pywharf --config=config.toml --url_prefix=/pypi --trusted_proxy=10.0.0.5

        The server stops on Ctrl-C or SIGTERM, once the requests under way are answered (--drain_seconds at most); a second one
        ends it at once. On SIGHUP it reads its configuration again, and the files with secrets that it names; one that is wrong
        is logged, and the old one stays in use.

        Options of the Python server's web server (waitress) that have no counterpart are accepted with a warning:
        {IgnoredFlags.Names}.
        So are x-forwarded-port, x-forwarded-by and forwarded among the --trusted_proxy_headers.
        """;

    public ServerCommand(Func<string, string?> variable, Func<ServerOptions, CancellationToken, Task<int>> run)
        : base("server", Help)
    {
        var flags = new ServerFlags(variable);
        foreach (var flag in flags.All.Concat(IgnoredFlags.Create()))
        {
            Add(flag);
        }

        Validators.Add(flags.Check);
        SetAction((parsed, cancellationToken) =>
        {
            var options = flags.Read(parsed);
            var lines = new ServerLines(options.LogFormat, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, TimeProvider.System);
            foreach (var warning in flags.Warnings(parsed))
            {
                lines.Warn(warning);
            }

            return run(options, cancellationToken);
        });
    }
}
