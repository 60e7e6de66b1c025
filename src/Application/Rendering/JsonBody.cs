using System.Text.Encodings.Web;
using System.Text.Json;

namespace PyWharf.Application.Rendering;

/// <summary>Makes the body of an answer that is JSON.</summary>
internal static class JsonBody
{
    // The content type is no HTML and nosniff says so, hence ">=3.8" may stay readable and short.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>An object with these members.</summary>
    /// <param name="capacity">About how many bytes it will have.</param>
    /// <param name="members">Writes them.</param>
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
