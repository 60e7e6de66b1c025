using System.Globalization;
using System.Text.Json;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>What the description says of a value: a schema of OpenAPI 3.0, as far as the calls that the fake answers need it.</summary>
/// <remarks>
/// Not a library's, as every answer in every test is checked: with JsonSchema.Net 8.0.5 a page of a hundred releases took 100 ms and more,
/// and the GitHub tests half as long again; and <c>nullable</c> has to be translated for it. This costs them 3 s of processor time in all.
/// </remarks>
internal sealed class DescribedValue
{
    private static readonly string[] Remarks =
        ["title", "description", "example", "examples", "default", "deprecated", "discriminator", "externalDocs", "readOnly", "writeOnly"];

    private readonly Dictionary<string, DescribedValue> _properties = [];
    private readonly HashSet<string> _required = [];
    private readonly List<DescribedValue> _alternatives = [];
    private readonly List<DescribedValue> _all = [];
    private readonly List<string> _allowed = [];
    private readonly Lazy<DescribedValue>? _referred; // A schema may refer to itself.
    private readonly DescribedValue? _items;
    private readonly DescribedValue? _others;
    private readonly bool _isClosed;
    private readonly bool _isNullable;
    private readonly string? _type;
    private readonly string? _format;
    private readonly int _shortest;
    private readonly int _longest = int.MaxValue;
    private readonly int _mostProperties = int.MaxValue;

    /// <param name="schema">The schema.</param>
    /// <param name="referred">The schema that a reference leads to.</param>
    public DescribedValue(JsonElement schema, Func<string, DescribedValue> referred)
    {
        DescribedValue Inner(JsonElement inner) => new(inner, referred);
        foreach (var keyword in schema.EnumerateObject())
        {
            var value = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    _referred = new Lazy<DescribedValue>(() => referred(value.GetString()!));
                    break;
                case "type":
                    _type = value.GetString();
                    break;
                case "format":
                    _format = value.GetString();
                    break;
                case "nullable":
                    _isNullable = value.GetBoolean();
                    break;
                case "enum":
                    _allowed.AddRange(value.EnumerateArray().Select(one => one.ToString()));
                    break;
                case "required":
                    _required.UnionWith(value.EnumerateArray().Select(name => name.GetString()!));
                    break;
                case "properties":
                    _properties = value.EnumerateObject().ToDictionary(property => property.Name, property => Inner(property.Value));
                    break;
                case "additionalProperties" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    _isClosed = value.ValueKind == JsonValueKind.False;
                    break;
                case "additionalProperties":
                    _others = Inner(value);
                    break;
                case "items":
                    _items = Inner(value);
                    break;
                case "allOf":
                    _all.AddRange(value.EnumerateArray().Select(Inner));
                    break;
                case "anyOf" or "oneOf": // Alternatives overlap, as the two errors of a 409 do: one that fits is enough.
                    _alternatives.AddRange(value.EnumerateArray().Select(Inner));
                    break;
                case "minLength":
                    _shortest = value.GetInt32();
                    break;
                case "maxLength":
                    _longest = value.GetInt32();
                    break;
                case "maxProperties":
                    _mostProperties = value.GetInt32();
                    break;
                case var other when Remarks.Contains(other) || other.StartsWith("x-", StringComparison.Ordinal):
                    break;
                default:
                    throw new NotSupportedException($"Nobody checks {keyword.Name} yet.");
            }
        }
    }

    /// <summary>One more value beside those that are described.</summary>
    public void Allow(string property, string value) => _properties[property]._allowed.Add(value);

    /// <summary>What is wrong with a value, and where; nothing when all is well.</summary>
    public IReadOnlyList<string> Mistakes(JsonElement value)
    {
        var findings = new Findings();
        Check(value, findings);

        return findings.Mistakes;
    }

    private void Check(JsonElement value, Findings findings)
    {
        if (_referred is not null)
        {
            _referred.Value.Check(value, findings);
            return;
        }

        if (value.ValueKind == JsonValueKind.Null && _isNullable)
        {
            return;
        }

        if (!IsOfType(value))
        {
            findings.Add($"{value.GetRawText()} is no {_type}");
            return;
        }

        if (_allowed.Count > 0 && !_allowed.Contains(value.ToString()))
        {
            findings.Add($"{value} is none of {string.Join(", ", _allowed)}");
        }

        if (_alternatives.Count > 0 && _alternatives.TrueForAll(one => one.Mistakes(value).Count > 0))
        {
            findings.Add($"none of the alternatives fits: {string.Join("; ", _alternatives.SelectMany(one => one.Mistakes(value)))}");
        }

        _all.ForEach(part => part.Check(value, findings));
        if (value.ValueKind == JsonValueKind.Object)
        {
            CheckObject(value, findings);
        }
        else if (value.ValueKind == JsonValueKind.String && !IsOfFormat(value.GetString()!))
        {
            findings.Add($"\"{value}\" is no {_format}, or too long or short");
        }
        else if (value.ValueKind == JsonValueKind.Array && _items is not null)
        {
            foreach (var (i, item) in value.EnumerateArray().Index())
            {
                findings.In($"{i}", () => _items.Check(item, findings));
            }
        }
    }

    private void CheckObject(JsonElement value, Findings findings)
    {
        var found = 0;
        foreach (var property in value.EnumerateObject())
        {
            var name = property.Name;
            found += _required.Contains(name) ? 1 : 0;
            if ((_properties.GetValueOrDefault(name) ?? _others) is { } described)
            {
                findings.In(name, () => described.Check(property.Value, findings));
            }
            else if (_isClosed)
            {
                findings.Add($"{name} is not described");
            }
        }

        if (found < _required.Count)
        {
            findings.Add($"{string.Join(", ", _required.Where(name => !value.TryGetProperty(name, out _)))} missing");
        }

        if (value.GetPropertyCount() > _mostProperties)
        {
            findings.Add($"more than {_mostProperties} properties");
        }
    }

    private bool IsOfType(JsonElement value) => _type switch
    {
        null => true,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new NotSupportedException($"Nobody knows the type {_type} yet."),
    };

    private bool IsOfFormat(string text) => text.Length >= _shortest && text.Length <= _longest && _format switch
    {
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "date-time" => text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "email" => text.Contains('@'),
        _ => true,
    };

    /// <summary>What was found so far, and where the check is now; the place is spelled out only when there is something.</summary>
    private sealed class Findings
    {
        private readonly List<string> _mistakes = [];
        private readonly Stack<string> _place = [];

        public IReadOnlyList<string> Mistakes => _mistakes;

        public void Add(string mistake) => _mistakes.Add($"/{string.Join('/', _place.Reverse())}: {mistake}");

        public void In(string name, Action check)
        {
            _place.Push(name);
            check();
            _place.Pop();
        }
    }
}
