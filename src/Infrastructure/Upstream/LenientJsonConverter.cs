using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Reads a value of another server's document; one of the wrong kind counts as absent.</summary>
internal abstract class LenientJsonConverter<T> : JsonConverter<T?>
    where T : class
{
    public override bool HandleNull => true;

    /// <summary>The token that a value of the right kind begins with.</summary>
    protected virtual JsonTokenType Opening => JsonTokenType.StartObject;

    public sealed override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == Opening)
        {
            return Read(ref reader);
        }

        LenientJson.Skip(ref reader);

        return null;
    }

    public sealed override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <summary>Reads the value from its first token to its last.</summary>
    protected abstract T? Read(ref Utf8JsonReader reader);
}
