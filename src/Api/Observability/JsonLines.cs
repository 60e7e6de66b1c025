using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PyWharf.Api.Observability;

/// <summary>Lines of JSON objects: each has <c>time</c>, <c>level</c> and <c>category</c>, then what the line is about. Not for use by several threads.</summary>
internal sealed class JsonLines : IDisposable
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // What reads logs is no browser: only what JSON itself requires is escaped, and PrintableWriter escapes what terminals would obey.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _lines = new(512);
    private readonly Utf8JsonWriter _json;

    public JsonLines() => _json = new Utf8JsonWriter(_lines, Options);

    /// <summary>Begins a line.</summary>
    /// <param name="time">When it happened.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="category">What it is about, such as <c>access</c>.</param>
    /// <returns>Takes the rest of the object.</returns>
    public Utf8JsonWriter Begin(DateTimeOffset time, LogLevel level, string category)
    {
        Span<byte> text = stackalloc byte[32];
        _ = time.UtcDateTime.TryFormat(text, out var length, TimeFormat, CultureInfo.InvariantCulture);
        _json.WriteStartObject();
        _json.WriteString("time"u8, text[..length]);
        _json.WriteString("level"u8, NameOf(level));
        _json.WriteString("category"u8, category);

        return _json;
    }

    /// <summary>Ends the line that was begun.</summary>
    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
    }

    /// <summary>The lines so far.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_lines.WrittenSpan);

    /// <summary>A line with a message.</summary>
    public static string Of(DateTimeOffset time, LogLevel level, string category, string message, Exception? exception = null)
    {
        using var lines = new JsonLines();
        var json = lines.Begin(time, level, category);
        json.WriteString("message"u8, message);
        if (exception is not null)
        {
            json.WriteString("exception"u8, exception.ToString());
        }

        lines.End();

        return lines.ToString();
    }

    public void Dispose() => _json.Dispose();

    /// <summary>The names that <c>--log_level</c> takes.</summary>
    private static ReadOnlySpan<byte> NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warning"u8,
        LogLevel.Error => "error"u8,
        _ => "critical"u8,
    };
}
