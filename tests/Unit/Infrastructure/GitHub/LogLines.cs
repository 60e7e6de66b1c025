using Microsoft.Extensions.Logging;

namespace PyWharf.Unit.Infrastructure.GitHub;

/// <summary>Records log messages.</summary>
internal sealed class LogLines : List<string>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (this)
        {
            Add(formatter(state, exception) + exception);
        }
    }
}
