using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Audit;

/// <summary>
/// A line of the audit log: a JSON object whose <c>previous</c> is the SHA-256 of the line before, without its newline, in lower-case hexadecimal
/// digits; the first line of all has none.
/// </summary>
internal static class AuditLine
{
    /// <summary>The longest line that is written, and the longest that is read, in bytes without the newline.</summary>
    public const int MaxBytes = 16 * 1024;

    // Room for any reason of a person; a name from an upload that was refused may be longer.
    private const int MaxTextLength = 1000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of an event, with its newline.</summary>
    public static byte[] Write(AuditEvent entry, DateTimeOffset time, string? previous)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime);
            json.WriteString("event", JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Kind.ToString()));
            Write(json, "repository", entry.Repository?.ToString());
            Write(json, "project", entry.Project?.ToString());
            Write(json, "file", entry.File);
            Write(json, "sha256", entry.Sha256?.ToString());
            Write(json, "status", entry.Status?.Text());
            Write(json, "token", entry.Token?.ToString());
            if (entry.Actor is { } actor)
            {
                json.WriteStartObject("actor");
                Write(json, "kind", actor.Kind);
                Write(json, "name", actor.Name);
                json.WriteEndObject();
            }

            Write(json, "address", entry.Address);
            Write(json, "request_id", entry.RequestId);
            json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Outcome.ToString()));
            Write(json, "reason", entry.Reason);
            if (entry.Count is { } count)
            {
                json.WriteNumber("count", count);
            }

            Write(json, "previous", previous);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What the next line says of this one.</summary>
    /// <param name="line">Without its newline.</param>
    public static string DigestOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value.Length > MaxTextLength ? string.Concat(value.AsSpan(0, MaxTextLength), "…") : value);
        }
    }
}
