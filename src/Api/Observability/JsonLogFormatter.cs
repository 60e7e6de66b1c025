using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace PyWharf.Api.Observability;

/// <summary>Writes log entries as JSON lines; the framework's own form has other names than the access log, and nests them.</summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name by which the console logger finds it.</summary>
    public const string FormatterName = "pywharf-json";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var exception = logEntry.Exception;
        JsonLines.Write(textWriter, time.GetUtcNow(), logEntry.LogLevel, logEntry.Category, json =>
        {
            json.WriteString("message"u8, message);
            if (exception is not null)
            {
                json.WriteString("exception"u8, exception.ToString());
            }
        });
    }
}
