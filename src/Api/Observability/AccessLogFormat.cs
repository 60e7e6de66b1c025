using System.Globalization;
using System.Net;
using System.Text;

namespace PyWharf.Api.Observability;

/// <summary>
/// The lines of the access log. As text: <c>time access: address "actor" "method path" status bytes duration "user agent" request-id</c>, with <c>-</c>
/// for what is not known. What clients choose can't end its quotes.
/// </summary>
internal static class AccessLogFormat
{
    /// <summary>Appends a line.</summary>
    public static void Write(StringBuilder line, AccessLogEntry entry)
    {
        line.Append(CultureInfo.InvariantCulture, $"{entry.Time.UtcDateTime.ToString(JsonLines.TimeFormat, null)} access: {AddressOf(entry)} ");
        Quote(line, entry.Actor ?? "-");
        line.Append(' ');
        Quote(line, $"{entry.Method} {entry.Path}");
        line.Append(CultureInfo.InvariantCulture, $" {entry.Status} {entry.Bytes?.ToString(CultureInfo.InvariantCulture) ?? "-"} {entry.Duration.TotalMilliseconds:0.0}ms ");
        Quote(line, entry.UserAgent ?? "-");
        line.Append(' ').Append(entry.RequestId).Append('\n');
    }

    /// <summary>Appends a JSON line; <c>duration</c> is in seconds, and null is what is not known.</summary>
    public static void WriteJson(JsonLines lines, AccessLogEntry entry)
    {
        var json = lines.Begin(entry.Time, LogLevel.Information, "access");
        json.WriteString("address"u8, AddressOf(entry));
        json.WriteString("actor"u8, entry.Actor);
        json.WriteString("method"u8, entry.Method);
        json.WriteString("path"u8, entry.Path);
        json.WriteNumber("status"u8, entry.Status);
        if (entry.Bytes is { } bytes)
        {
            json.WriteNumber("bytes"u8, bytes);
        }
        else
        {
            json.WriteNull("bytes"u8);
        }

        json.WriteNumber("duration"u8, (decimal)entry.Duration.Ticks / TimeSpan.TicksPerSecond);
        json.WriteString("user_agent"u8, entry.UserAgent);
        json.WriteString("request_id"u8, entry.RequestId);
        lines.End();
    }

    private static string AddressOf(AccessLogEntry entry) => entry.Address switch
    {
        null => "-",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        IPAddress address => address.ToString(),
    };

    private static void Quote(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\')
            {
                line.Append('\\').Append(character);
            }
            else if (char.IsControl(character))
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                line.Append(character);
            }
        }

        line.Append('"');
    }
}
