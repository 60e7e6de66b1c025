using System.Globalization;
using System.Text.Json.Nodes;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>The form in which toml-test writes what a document means: tables and arrays as they are, else {"type": …, "value": …}.</summary>
internal static class TaggedJson
{
    /// <summary>A document with its tables sorted by key, as two that mean the same may differ in order.</summary>
    public static JsonNode Of(TomlValue value) => value.Content switch
    {
        TomlTable table => new JsonObject(
            table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Of(pair.Value)))),
        TomlArray array => new JsonArray([.. array.Select(Of)]),
        string text => Tag("string", text),
        long number => Tag("integer", number.ToString(CultureInfo.InvariantCulture)),
        double number => Tag("float", Float(number)),
        bool flag => Tag("bool", flag ? "true" : "false"),
        DateTimeOffset time => Tag("datetime", time.ToString("O", CultureInfo.InvariantCulture)),
        DateTime time => Tag("datetime-local", time.ToString("O", CultureInfo.InvariantCulture)),
        DateOnly date => Tag("date-local", date.ToString("O", CultureInfo.InvariantCulture)),
        TimeOnly time => Tag("time-local", time.ToString("O", CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"{value.Content.GetType()} is no type of TOML."),
    };

    /// <summary>An expectation of the suite in the same form: keys sorted, numbers and times spelled as above.</summary>
    public static JsonNode Normalize(JsonNode expected) => expected switch
    {
        JsonObject { Count: 2 } tag when tag["type"] is JsonValue type && tag["value"] is JsonValue value =>
            Of(Read(type.GetValue<string>(), value.GetValue<string>())),
        JsonObject table => new JsonObject(
            table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Normalize(pair.Value!)))),
        _ => new JsonArray([.. expected.AsArray().Select(element => Normalize(element!))]),
    };

    private static JsonObject Tag(string type, string value) => new() { ["type"] = type, ["value"] = value };

    private static string Float(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static TomlValue Read(string type, string value) => type switch
    {
        "string" => value,
        "integer" => long.Parse(value, CultureInfo.InvariantCulture),
        "float" => value switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" => double.NaN,
            _ => double.Parse(value, CultureInfo.InvariantCulture),
        },
        "bool" => bool.Parse(value),
        "datetime" => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture),
        "datetime-local" => DateTime.Parse(value, CultureInfo.InvariantCulture),
        "date-local" => DateOnly.Parse(value, CultureInfo.InvariantCulture),
        "time-local" => TimeOnly.Parse(value, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"The suite has a type {type} that these tests do not know."),
    };
}
