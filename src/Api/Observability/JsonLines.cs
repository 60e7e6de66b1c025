using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PyWharf.Api.Observability;

/// <summary>The form that all JSON lines share: <c>time</c>, <c>level</c> and <c>category</c>, then what the line is about.</summary>
internal static class JsonLines
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // What reads logs is no browser: only what JSON itself requires is escaped, and PrintableWriter escapes what terminals would obey.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line.</summary>
    /// <param name="output">Where to; complete lines only.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="category">What it is about, such as <c>access</c>.</param>
    /// <param name="fields">Writes the rest of the object.</param>
    public static void Write(TextWriter output, DateTimeOffset time, LogLevel level, string category, Action<Utf8JsonWriter> fields)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, time.UtcDateTime.ToString(TimeFormat, null));
            json.WriteString("level"u8, NameOf(level));
            json.WriteString("category"u8, category);
            fields(json);
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(line.WrittenSpan) + "\n");
    }

    /// <summary>The names that <c>--log_level</c> takes.</summary>
    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
