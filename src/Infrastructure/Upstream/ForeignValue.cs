using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A value of a foreign document that is taken if it is of the right kind, and counts for absent if it is not.</summary>
internal abstract class ForeignValue<T> : JsonConverter<T?>
    where T : class
{
    public override bool HandleNull => true;

    /// <summary>What the value begins with.</summary>
    protected virtual JsonTokenType Opening => JsonTokenType.StartObject;

    public sealed override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == Opening)
        {
            return Read(ref reader);
        }

        ForeignJson.Skip(ref reader);

        return null;
    }

    public sealed override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <summary>Reads it from its opening to its end.</summary>
    protected abstract T? Read(ref Utf8JsonReader reader);
}
