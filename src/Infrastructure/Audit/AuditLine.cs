using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
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
            json.WriteString("event", AuditEventKinds.NameOf(entry.Kind));
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

    /// <summary>Reads a line; false for one that was damaged.</summary>
    /// <param name="line">Without its newline.</param>
    /// <param name="recorded">The event, with a copy of the line.</param>
    public static bool TryRead(ReadOnlyMemory<byte> line, [NotNullWhen(true)] out RecordedEvent? recorded)
    {
        recorded = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (!AuditEventKinds.TryParse(Text(root, "event"), out var kind)
                || !Enum.TryParse<AuditOutcome>(Text(root, "outcome"), ignoreCase: true, out var outcome)
                || !root.TryGetProperty("time", out var time))
            {
                return false;
            }

            var entry = new AuditEvent(kind, outcome)
            {
                Repository = RepositoryName.TryParse(Text(root, "repository"), out var repository, out _) ? repository : null,
                Project = ProjectName.TryParse(Text(root, "project"), out var project) ? project : null,
                File = Text(root, "file"),
                Sha256 = Digest(root, "sha256"),
                Status = StatusMarkers.TryParse(Text(root, "status"), out var status) ? status : null,
                Token = TokenName.TryParse(Text(root, "token"), out var token, out _) ? token : null,
                Actor = root.TryGetProperty("actor", out var actor) ? new AuditActor(Text(actor, "kind") ?? "", Text(actor, "name") ?? "") : null,
                Address = Text(root, "address"),
                RequestId = Text(root, "request_id"),
                Reason = Text(root, "reason"),
                Count = root.TryGetProperty("count", out var count) ? count.GetInt32() : null,
            };
            recorded = new RecordedEvent(time.GetDateTimeOffset(), entry, Digest(root, "previous"), line.ToArray());

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether a line can be one of a query, without reading it as JSON: it has the fields as <see cref="Write(AuditEvent, DateTimeOffset, string?)"/> writes them.</summary>
    public static bool MayBe(ReadOnlySpan<byte> line, AuditQuery query) =>
        (query.Kind is not { } kind || line.IndexOf(Encoding.UTF8.GetBytes($"\"event\":\"{AuditEventKinds.NameOf(kind)}\"")) >= 0)
        && (query.Project is not { } project || line.IndexOf(Encoding.UTF8.GetBytes($"\"project\":\"{project}\"")) >= 0);

    /// <summary>How a line ends that follows the one with this digest, as <see cref="Write(AuditEvent, DateTimeOffset, string?)"/> writes it.</summary>
    public static byte[] EndAfter(Sha256Digest previous) => Encoding.UTF8.GetBytes($"\"previous\":\"{previous}\"}}");

    /// <summary>What the next line says of this one.</summary>
    /// <param name="line">Without its newline.</param>
    public static string DigestOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static Sha256Digest? Digest(JsonElement line, string name) => Sha256Digest.TryParse(Text(line, name), out var digest) ? digest : null;

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value.Length > MaxTextLength ? string.Concat(value.AsSpan(0, MaxTextLength), "…") : value);
        }
    }
}
