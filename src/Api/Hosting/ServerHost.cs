using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using PyWharf.Api.Observability;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Repositories;

namespace PyWharf.Api.Hosting;

/// <summary>Runs the server until it is stopped.</summary>
internal static class ServerHost
{
    // If the first sync of a storage takes longer, the server starts, and answers 503 for that repository until it is done.
    private static readonly TimeSpan InitialSyncTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Returns 0 after an orderly stop; 1 if it can't start, with one line on standard error.</summary>
    /// <param name="options">Options of the command line.</param>
    /// <param name="announce">Receives the server's address once it listens.</param>
    /// <param name="reloads">Asks the server to read its configuration again; null where nobody does.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    public static async Task<int> RunAsync(ServerOptions options, Action<Uri> announce, ReloadSignal? reloads, CancellationToken cancellationToken)
    {
        var lines = new ServerLines(options.LogFormat, Console.Out, Console.Error, TimeProvider.System);
        if (ConnectionLimit.OpenFiles < ConnectionLimit.MinOpenFiles)
        {
            lines.Fail(
                $"the limit of open files (RLIMIT_NOFILE) is {ConnectionLimit.OpenFiles}, and the server needs {ConnectionLimit.MinOpenFiles} at least. Raise it: ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of a container.");

            return 1;
        }

        if (TelemetryExtensions.Problem is { } unusable)
        {
            lines.Fail(unusable);

            return 1;
        }

        // In parallel with the start; awaited before clients can take file descriptors.
        var loading = Task.Run(() => AssemblyPreloader.LoadAll(options), CancellationToken.None);

        // File flushes block threads, and the pool grows by only two threads a second: uploads must not wait for it.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), ports);

        await using var app = ServerComposition.Build(options, reloads);
        try
        {
            if (await StartAsync(app, options, lines, loading, cancellationToken) is { } problem)
            {
                lines.Fail(problem);

                return 1;
            }

            var systemd = app.Services.GetRequiredService<SystemdNotifications>();
            app.Lifetime.ApplicationStopping.Register(systemd.Stopping);

            // Best effort, as is its counterpart: a full disk keeps nobody from reading, and the log says why they are missing.
            var audit = app.Services.GetRequiredService<IAuditLog>();
            _ = await audit.AppendAsync(new AuditEvent(AuditEventKind.ServerStarted, AuditOutcome.Ok));
            var address = AddressOf(app);
            var listening = $"Listening on {address.GetLeftPart(UriPartial.Authority)}";
            lines.Say(listening);
            systemd.Ready(listening);
            announce(address);

            await app.WaitForShutdownAsync(cancellationToken);
            _ = await audit.AppendAsync(new AuditEvent(AuditEventKind.ServerStopped, AuditOutcome.Ok));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped before it listened: an orderly stop, too.
        }
        catch (Exception exception) when (options.LogFormat == LogFormat.Json)
        {
            // Otherwise the command line reports it, as text.
            lines.Fail(exception.Message);

            return 1;
        }
        finally
        {
            // Before the repositories are closed that it uses.
            await app.Services.GetRequiredService<IndexSyncWorker>().StopAsync(CancellationToken.None);
        }

        return 0;
    }

    /// <summary>The same without announcement. SIGHUP has it read its configuration again; it survives the end of its terminal.</summary>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        using var reloads = new ReloadSignal();

        return await RunAsync(options, _ => { }, reloads, cancellationToken);
    }

    private static async Task<string?> StartAsync(
        WebApplication app, ServerOptions options, ServerLines lines, Task loading, CancellationToken cancellationToken)
    {
        try
        {
            if (await StartupConfiguration.TakeAsync(app.Services, options, lines, cancellationToken) is { } problem)
            {
                return problem;
            }

            await app.Services.GetRequiredService<ITokenStore>().RefreshAsync(cancellationToken);

            // Started here and not as a hosted service: those start after the port is open.
            var worker = app.Services.GetRequiredService<IndexSyncWorker>();
            await worker.StartAsync(cancellationToken);
            await Task.WhenAny(worker.InitialSync, Task.Delay(InitialSyncTimeout, app.Services.GetRequiredService<TimeProvider>(), cancellationToken));
            await loading;
            cancellationToken.ThrowIfCancellationRequested();
            var connections = ConnectionLimit.Of(options);
            app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxConcurrentConnections = connections.Max;
            await app.StartAsync(cancellationToken);
            UpstreamNotice.Write(app.Logger, options.ExtraIndexUrl, app.Services.GetRequiredService<IRepositories>().Current?.All ?? []);
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
