using System.Net;
using System.Net.Sockets;
using Carter;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PyWharf.Api.Http;
using PyWharf.Api.Modules;
using PyWharf.Api.Sessions;
using PyWharf.Application;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Hosting;

/// <summary>Puts the server together and runs it until it is told to stop.</summary>
internal static class ServerHost
{
    private const string InitializeSecretVariable = "PYWHARF_INITIALIZE_SECRET";

    // Uploads under way at a SIGTERM get this long.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    // A storage that takes longer to look at is served before that is done, with 503 for its own pages.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    /// <summary>Returns 0 after an orderly end, 1 when it can't start; then one line on the standard error says why.</summary>
    /// <param name="options">What the command line asked for.</param>
    /// <param name="announce">Told the server's address once it listens.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    public static async Task<int> RunAsync(ServerOptions options, Action<Uri> announce, CancellationToken cancellationToken)
    {
        // File flushes block their thread for as long as the disk takes: uploads must not wait for the pool to grow by two threads a second.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), ports);

        await using var app = Build(options);
        try
        {
            if (await StartAsync(app, options, cancellationToken) is { } problem)
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

    /// <summary>The same, with nobody to tell the address to.</summary>
    public static Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken) =>
        RunAsync(options, _ => { }, cancellationToken);

    private static async Task<string?> StartAsync(WebApplication app, ServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var root = app.Services.GetRequiredService<ServerRoot>();
            root.Create();

            var documents = ReadDocuments(options) ?? root.ReadKept();
            if (documents is not null && app.Services.GetRequiredService<IRepositories>().Open(documents).Failure is { } failure)
            {
                return failure.Message;
            }

            // Not one of the host's own services, which start when the port is open already.
            var worker = app.Services.GetRequiredService<IndexSyncWorker>();
            await worker.StartAsync(cancellationToken);
            await Task.WhenAny(worker.FirstLook, Task.Delay(FirstLook, app.Services.GetRequiredService<TimeProvider>(), cancellationToken));
            await app.StartAsync(cancellationToken);

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

    private static WebApplication Build(ServerOptions options)
    {
        // The empty builder: no appsettings.json and no environment but our own, and a start that is a third shorter.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());

        builder.Logging.SetMinimumLevel(options.Debug ? LogLevel.Debug : LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", options.Debug ? LogLevel.Information : LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", options.Debug ? LogLevel.Information : LogLevel.None); // said in one line below
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain);

        builder.Services.AddApplication();
        builder.Services.AddInfrastructure(options.Root, options.ExtraIndexUrl);
        AddEdges(builder.Services, options);

        var app = builder.Build();
        if (options.Ident is { } ident)
        {
            app.Use((http, next) =>
            {
                http.Response.Headers.Server = ident;

                return next(http);
            });
        }

        app.UseMiddleware<RequestGuard>();
        if (options.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders(ForwardedHeaders(options));
        }

        app.UseMiddleware<PathPrefix>();
        app.UseMiddleware<BareStatus>();
        app.UseRouting();
        app.MapCarter();

        return app;
    }

    private static void AddEdges(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new InitializeSecret(
            Environment.GetEnvironmentVariable(InitializeSecretVariable) is { Length: > 0 } secret ? new Secret(secret) : null));
        services.AddSingleton<SessionStore>();
        services.AddSingleton<IndexSyncWorker>();

        services.AddCarter(
            carter => carter.OpenApi.Enabled = false,
            configurator: carter => carter
                .WithModule<SimpleModule>()
                .WithModule<SessionModule>()
                .WithModule<AdministrationModule>());

        // Carter makes its modules, with all their routes, anew on every request unless they are singletons (docs/decisions/0003).
        services.AddSingleton<SimpleModule>();
        services.AddSingleton<SessionModule>();
        services.AddSingleton<AdministrationModule>();
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Math.Min(options.MaxRequestBodySize ?? long.MaxValue, 4 * 1024 * 1024); // uploads lift it
        kestrel.Limits.MaxConcurrentConnections = options.ConnectionLimit;
        kestrel.Limits.KeepAliveTimeout = options.ChannelTimeout ?? kestrel.Limits.KeepAliveTimeout;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.MaxRequestHeaderSize ?? kestrel.Limits.MaxRequestHeadersTotalSize;

        if (options.Host is "*" or "")
        {
            kestrel.ListenAnyIP(options.Port);
        }
        else if (IPAddress.TryParse(options.Host, out var address))
        {
            kestrel.Listen(address, options.Port);
        }
        else if (options.Host == "localhost" && options.Port != 0)
        {
            kestrel.ListenLocalhost(options.Port);
        }
        else
        {
            kestrel.Listen(AddressOf(options.Host), options.Port);
        }
    }

    private static IPAddress AddressOf(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host)[0];
        }
        catch (SocketException exception)
        {
            throw new IOException($"can't listen on {host}: {exception.Message}. Choose another --host.", exception);
        }
    }

    private static ForwardedHeadersOptions ForwardedHeaders(ServerOptions options)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = options.TrustedProxyHeaders, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        return forwarded;
    }

    private static ConfigurationDocuments? ReadDocuments(ServerOptions options)
    {
        if (options.Config is not { } config)
        {
            return options.AdminSecret is null
                ? null
                : throw new IOException("--admin_secret needs --config: it holds secrets of the repositories that one names.");
        }

        var (configText, configName) = Read(config, "--config", options.ConfigOrAdminSecretCanBeText);
        if (options.AdminSecret is not { } adminSecret)
        {
            return new ConfigurationDocuments(configText, null) { ConfigName = configName };
        }

        var (secretText, secretName) = Read(adminSecret, "--admin_secret", options.ConfigOrAdminSecretCanBeText);

        return new ConfigurationDocuments(configText, secretText) { ConfigName = configName, AdminSecretName = secretName };
    }

    private static (string Text, string Name) Read(string value, string flag, bool canBeText)
    {
        if (canBeText && !File.Exists(value))
        {
            return (value, flag);
        }

        try
        {
            return (File.ReadAllText(value), value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{flag}: {exception.Message}", exception);
        }
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
}
