using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyWharf.Api.Commands;

/// <summary>What commands print with <c>--json</c>: one document in ASCII, names in snake case.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static string Of<T>(T document) => JsonSerializer.Serialize(document, Options);
}
