using Microsoft.Extensions.Logging.Console;
using PyWharf.Application;
using PyWharf.Infrastructure;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>The services of commands that do what the server does too, on its root folder.</summary>
internal static class CommandServices
{
    /// <summary>Builds them. Errors are logged to standard error, details included; standard output has results only.</summary>
    public static ServiceProvider Build(string root, DatabaseUrl? database = null) => new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole(console => console.SingleLine = true))
        .Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddMetrics()
        .AddApplication()
        .AddInfrastructure(root, upstream: null, database: database)
        .BuildServiceProvider();
}
