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
        textWriter.Write(JsonLines.Of(time.GetUtcNow(), logEntry.LogLevel, logEntry.Category, message, logEntry.Exception));
    }
}
