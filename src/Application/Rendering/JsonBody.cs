using System.Text.Encodings.Web;
using System.Text.Json;

namespace PyWharf.Application.Rendering;

/// <summary>Writes JSON response bodies.</summary>
internal static class JsonBody
{
    // Unescaped ">=3.8" is safe: the content type is not HTML, and nosniff is set.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes an object.</summary>
    /// <param name="capacity">The expected size in bytes.</param>
    /// <param name="members">Writes the members of the object.</param>
    public static byte[] Write(int capacity, Action<Utf8JsonWriter> members)
    {
        using var bytes = new PooledBuffer(capacity);
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();

        return bytes.ToArray();
    }
}
