using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>The lines of a server's audit log.</summary>
internal static class WrittenEvents
{
    /// <summary>The events of a root folder, the oldest first; of some kinds only, if any are named.</summary>
    public static IReadOnlyList<JsonElement> Of(string root, params string[] kinds)
    {
        using var file = new FileStream(PathIn(root), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();

        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => kinds.Length == 0 || kinds.Contains(line.Text("event"))),
        ];
    }

    /// <summary>The file that is written.</summary>
    public static string PathIn(string root) => Path.Combine(root, "log", "audit.jsonl");

    /// <summary>A field that is a text; null if the line has none.</summary>
    public static string? Text(this JsonElement line, string field) => line.TryGetProperty(field, out var value) ? value.GetString() : null;

    /// <summary><c>token ci</c>; null if the line has no actor.</summary>
    public static string? Actor(this JsonElement line) =>
        line.TryGetProperty("actor", out var actor) ? $"{actor.Text("kind")} {actor.Text("name")}" : null;
}
