using Microsoft.Extensions.Logging.Console;
using PyWharf.Application;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>The services of commands that do what the server does too, on its root folder.</summary>
internal static class CommandServices
{
    /// <summary>Builds them. Errors are logged to standard error, details included; standard output has results only.</summary>
    /// <param name="root">The server's root folder.</param>
    /// <param name="database">The database that servers share; null for none.</param>
    /// <param name="upstream">The index that is asked for projects which no repository has, for commands that ask; null for none.</param>
    public static ServiceProvider Build(string root, DatabaseUrl? database = null, Uri? upstream = null) => new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole(console => console.SingleLine = true))
        .Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddMetrics()
        .AddApplication()
        .AddInfrastructure(root, upstream, database: database)
        .BuildServiceProvider();
}
