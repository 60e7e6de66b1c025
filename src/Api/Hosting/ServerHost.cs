using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace PyWharf.Api.Hosting;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServerHost
{
    // A storage that takes longer to look at is served before that is done, with 503 for its own pages.
    private static readonly TimeSpan InitialSyncTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Returns 0 after an orderly end, 1 when it can't start; then one line on the standard error says why.</summary>
    /// <param name="options">What the command line asked for.</param>
    /// <param name="announce">Told the server's address once it listens.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    public static async Task<int> RunAsync(ServerOptions options, Action<Uri> announce, CancellationToken cancellationToken)
    {
        if (ConnectionLimit.OpenFiles < ConnectionLimit.MinOpenFiles)
        {
            await Console.Error.WriteLineAsync(
                $"pywharf: the limit of open files (RLIMIT_NOFILE) is {ConnectionLimit.OpenFiles}, and the server needs {ConnectionLimit.MinOpenFiles} at least. Raise it: ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of a container.");

            return 1;
        }

        // Beside all that follows, up to the moment when others can open descriptors.
        var loading = Task.Run(() => AssemblyPreloader.LoadAll(options), CancellationToken.None);

        // File flushes block their thread for as long as the disk takes: uploads must not wait for the pool to grow by two threads a second.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), ports);

        await using var app = ServerComposition.Build(options);
        try
        {
            if (await StartAsync(app, options, loading, cancellationToken) is { } problem)
            {
                await Console.Error.WriteLineAsync($"pywharf: {problem}");

                return 1;
            }

            var address = AddressOf(app);
            await Console.Out.WriteLineAsync($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
            announce(address);

            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop before it listened: as orderly an end as any other.
        }
        finally
        {
            // Before the repositories that it looks at are closed.
            await app.Services.GetRequiredService<IndexSyncWorker>().StopAsync(CancellationToken.None);
        }

        return 0;
    }

    /// <summary>The same, with nobody to tell the address to, and for as long as the machine runs: the end of a terminal does not end it.</summary>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Console.Error.WriteLine("pywharf: SIGHUP is ignored: the configuration is read at the start. Restart the server, or POST another one to /initialize/.");
        });

        return await RunAsync(options, _ => { }, cancellationToken);
    }

    private static async Task<string?> StartAsync(WebApplication app, ServerOptions options, Task loading, CancellationToken cancellationToken)
    {
        try
        {
            if (await StartupConfiguration.TakeAsync(app.Services, options, cancellationToken) is { } problem)
            {
                return problem;
            }

            // Not one of the host's own services, which start when the port is open already.
            var worker = app.Services.GetRequiredService<IndexSyncWorker>();
            await worker.StartAsync(cancellationToken);
            await Task.WhenAny(worker.InitialSync, Task.Delay(InitialSyncTimeout, app.Services.GetRequiredService<TimeProvider>(), cancellationToken));
            await loading;
            cancellationToken.ThrowIfCancellationRequested();
            var connections = ConnectionLimit.Of(options);
            app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxConcurrentConnections = connections.Max;
            await app.StartAsync(cancellationToken);
            UpstreamNotice.Write(app.Logger, options.ExtraIndexUrl);
            connections.WriteTo(app.Services.GetRequiredService<ILogger<ConnectionLimit>>());

            return null;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException or SocketException)
        {
            return $"can't listen on {options.Host}:{options.Port}: {exception.InnerException.Message}. Choose another --port or --host.";
        }
        catch (SocketException exception)
        {
            return $"can't listen on {options.Host}:{options.Port}: {exception.Message}. Choose another --port or --host.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
}
