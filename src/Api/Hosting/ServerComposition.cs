using System.Net;
using System.Net.Sockets;
using Carter;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Middleware;
using PyWharf.Api.Modules;
using PyWharf.Api.Observability;
using PyWharf.Api.Pages;
using PyWharf.Api.Pages.Descriptions;
using PyWharf.Application;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.Backends;

namespace PyWharf.Api.Hosting;

/// <summary>Builds the web application: configuration of the host, services and middleware.</summary>
internal static class ServerComposition
{
    private const string InitializeSecretVariable = "PYWHARF_INITIALIZE_SECRET";

    /// <summary>Builds a server that does not listen yet.</summary>
    /// <param name="options">Options of the command line.</param>
    /// <param name="reloads">Asks the server to read its configuration again; null where nobody does.</param>
    public static WebApplication Build(ServerOptions options, ReloadSignal? reloads = null)
    {
        // The empty builder reads no appsettings.json and no environment variables, and starts faster by a third.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());

        AddLogging(builder.Logging, options);
        builder.AddTelemetry();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.Configure<SocketTransportOptions>(sockets => KestrelLimits.Apply(sockets, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        builder.Services.AddSingleton<IHostLifetime, NullHostLifetime>();

        builder.Services.AddApplication();
        builder.Services.AddInfrastructure(
            options.Root,
            options.ExtraIndexUrl,
            new AuthenticationLifetimes(options.AuthReadExpires, options.AuthWriteExpires),
            options.AuditMaxBytes,
            options.Database);
        AddEdges(builder.Services, options);
        if (reloads is not null)
        {
            builder.Services.AddSingleton(reloads);
            builder.Services.AddHostedService<ConfigurationReloader>();
        }

        var app = builder.Build();
        app.Services.GetRequiredService<StateGauges>();
        app.UseMiddleware<RequestIds>(options.TrustedProxies);
        if (options.AccessLog)
        {
            app.UseMiddleware<AccessLogMiddleware>();
        }

        if (options.Ident is { } ident)
        {
            app.Use((http, next) =>
            {
                http.Response.Headers.Server = ident;

                return next(http);
            });
        }

        app.UseMiddleware<ErrorHandlingMiddleware>();
        app.Use(MetricsAccess.DropClaimsAsync);
        if (options.TrustedProxies.Count > 0)
        {
            app.Use(PathPrefixMiddleware.RefuseEncodedAsync);
            app.UseForwardedHeaders(ForwardedHeaders(options));
        }

        app.UseMiddleware<PathPrefixMiddleware>();
        app.UseMiddleware<EmptyResponseMiddleware>();
        app.UseMiddleware<RequestBodyMiddleware>();
        app.UseMiddleware<CrossSiteRequestMiddleware>(); // after the middleware that sets the host
        app.UseRouting();
        if (ClientLimits.Exist(options))
        {
            app.UseRateLimiter();
        }

        app.UseMiddleware<SessionMiddleware>();
        app.MapCarter();

        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, ServerOptions options)
    {
        var level = options.LogLevel ?? (options.Debug ? LogLevel.Debug : LogLevel.Information);
        var isVerbose = level <= LogLevel.Debug;
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", isVerbose ? LogLevel.Information : Max(level, LogLevel.Warning));
        logging.AddFilter("Microsoft.Extensions.Hosting", isVerbose ? LogLevel.Information : LogLevel.None); // ServerHost reports failures in one line

        // It begins an activity for each request as soon as it may log anything: the access log has all that it would say.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", isVerbose ? LogLevel.Information : LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite; // and says how many; otherwise a request waits for what reads the lines
        });
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
            logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName);
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled; // PrintableWriter would escape color codes
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.UseUtcTimestamp = true;
            });
        }
    }

    private static LogLevel Max(LogLevel one, LogLevel other) => one > other ? one : other;

    private static void AddEdges(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new InitializeSecret(
            Environment.GetEnvironmentVariable(InitializeSecretVariable) is { Length: > 0 } secret ? new Secret(secret) : null));
        services.AddSingleton(new UrlOptions(options.UrlPrefix, options.UrlScheme, HasTrustedProxies: options.TrustedProxies.Count > 0));
        services.AddSingleton(new RequestBodyOptions(options.ChannelTimeout, options.MaxRequestBodySize));
        services.AddSingleton(UrlPrefix.TryParse(options.UrlPrefix, out var prefix) ? prefix : UrlPrefix.None);
        services.AddSingleton(new LoginLimit(options.LoginFailures));
        services.AddSingleton(new IndexAgeLimit(options.ReadyMaxIndexAge));
        services.AddSingleton(new MetricsAccess(options.MetricsFrom));
        services.AddSingleton(new FileHandover(options.Root, options.AccelRedirect, options.Sendfile));
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<SystemdNotifications>();
        services.AddHostedService(provider => provider.GetRequiredService<SystemdNotifications>());
        services.AddSingleton(provider => new AccessLog(options.LogFormat, provider.GetRequiredService<TimeProvider>()));
        if (options.AccessLog)
        {
            services.AddHostedService(provider => provider.GetRequiredService<AccessLog>());
        }

        services.AddRateLimiter(limiter => ClientLimits.Configure(limiter, options));
        services.AddSingleton<KnownPaths>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<ProjectPageCache>();
        services.AddSingleton(new DescriptionRenderer(options.ExternalImages));
        services.AddSingleton(new PageOptions(AllowsExternalImages: options.ExternalImages));
        services.AddSingleton<UntrustedBodies>();
        services.AddSingleton<IndexSyncWorker>();
        services.AddHostedService<ConfigurationWatcher>();
        services.AddHostedService<TokenStoreWorker>();
        services.AddHostedService<SessionStoreWorker>();
        services.AddSingleton<IConfigurationReader, ConfigurationReader>();
        services.AddHostedService<InterruptedUploadsWorker>();
        services.AddHostedService<LoginFailuresWorker>();

        services.AddCarter(configurator: carter => carter
            .WithModule<SimpleModule>()
            .WithModule<LegacyJsonModule>()
            .WithModule<SearchModule>()
            .WithModule<ManagementModule>()
            .WithModule<ExplainModule>()
            .WithModule<TokenModule>()
            .WithModule<TokenPageModule>()
            .WithModule<AuditModule>()
            .WithModule<AuditPageModule>()
            .WithModule<SessionModule>()
            .WithModule<BrowsingModule>()
            .WithModule<ProjectActionModule>()
            .WithModule<AssetModule>()
            .WithModule<AdministrationModule>()
            .WithModule<HealthModule>()
            .WithModule<MetricsModule>());
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        KestrelLimits.Apply(kestrel, options);

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

    /// <summary>Resolves a host name. Throws <see cref="IOException"/> with a message for the user if that fails.</summary>
    public static IPAddress AddressOf(string host)
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
}
