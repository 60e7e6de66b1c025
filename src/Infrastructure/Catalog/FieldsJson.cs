using System.Text.Json;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Metadata fields as the databases store them: JSON, a list of pairs.</summary>
internal static class FieldsJson
{
    /// <summary>Null for null.</summary>
    public static string? Write(MetadataFields? fields) =>
        fields is null ? null : JsonSerializer.Serialize(fields.All().Select(field => new[] { field.Key, field.Value }));

    /// <summary>Reads what <see cref="Write"/> has written. Throws <see cref="JsonException"/> where it is no JSON.</summary>
    public static MetadataFields Read(string json) =>
        new((JsonSerializer.Deserialize<string[][]>(json) ?? []).Where(field => field is [_, _]).Select(field => KeyValuePair.Create(field[0], field[1])));
}
