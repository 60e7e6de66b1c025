namespace PyWharf.Api.Observability;

/// <summary>What the server tells its operator outside of the log: that it listens, and why it can't start.</summary>
internal sealed class ServerLines(LogFormat format, TextWriter output, TextWriter errors, TimeProvider time)
{
    /// <summary>A line on standard output.</summary>
    public void Say(string message) => Write(output, LogLevel.Information, message, message);

    /// <summary>A line on standard error about what needs a look.</summary>
    public void Warn(string message) => Write(errors, LogLevel.Warning, message, $"pywharf: {message}");

    /// <summary>A line on standard error about why the server ends.</summary>
    public void Fail(string message) => Write(errors, LogLevel.Critical, message, $"pywharf: {message}");

    private void Write(TextWriter writer, LogLevel level, string message, string text)
    {
        if (format == LogFormat.Json)
        {
            writer.Write(JsonLines.Of(time.GetUtcNow(), level, "server", message));
        }
        else
        {
            writer.WriteLine(text);
        }
    }
}
