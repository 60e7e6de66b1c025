using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Writes TOML that both <see cref="TomlReader"/> and toml 0.10.2, the Python library of the original server, read back equal.
/// <see cref="TomlText"/> lists the exceptions.
/// </summary>
/// <param name="output">Receives UTF-8. Nothing is buffered between calls.</param>
internal sealed class TomlWriter(IBufferWriter<byte> output)
{
    private bool _isBegun;

    /// <summary>A whole document as text.</summary>
    public static string Write(TomlTable document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new TomlWriter(buffer).Document(document);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A value as it is written after a key.</summary>
    public static string Inline(TomlValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new TomlWriter(buffer).Value(value, depth: 0);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the values first, then tables and arrays of tables with headers, since a key after a header belongs to it.</summary>
    /// <exception cref="InvalidOperationException">It nests deeper than <see cref="TomlReader.MaxDepth"/>.</exception>
    public void Document(TomlTable document) => Body(document, []);

    /// <summary>Writes <c>key = value</c>, with tables inline.</summary>
    public void Pair(string key, TomlValue value) => Pair(key, value, depth: 0);

    /// <summary>Writes the header of a table, preceded by an empty line unless it is the first.</summary>
    public void Table(params ReadOnlySpan<string> path)
    {
        Raw(_isBegun ? "\n[" : "[");
        Path(path);
        Raw("]\n");
    }

    /// <summary>Writes the header of the next table in an array of tables.</summary>
    public void ArrayTable(params ReadOnlySpan<string> path)
    {
        Raw("[[");
        Path(path);
        Raw("]]\n");
    }

    private static bool HasHeader(TomlValue value) => value.Content switch
    {
        TomlTable => true,
        TomlArray { Count: > 0 } array => array.All(element => element.Content is TomlTable),
        _ => false,
    };

    private void Body(TomlTable table, string[] path)
    {
        CheckDepth(path.Length);
        foreach (var (key, value) in table.Where(pair => !HasHeader(pair.Value)))
        {
            Pair(key, value, path.Length);
        }

        foreach (var (key, value) in table.Where(pair => HasHeader(pair.Value)))
        {
            string[] inner = [.. path, key];
            if (value.Content is TomlTable single)
            {
                Table(inner);
                Body(single, inner);
                continue;
            }

            foreach (var element in (TomlArray)value.Content)
            {
                ArrayTable(inner);
                Body((TomlTable)element.Content, inner);
            }
        }
    }

    private void Pair(string key, TomlValue value, int depth)
    {
        TomlText.WriteKey(key, output);
        Raw(" = ");
        Value(value, depth);
        Raw("\n");
    }

    private void Path(ReadOnlySpan<string> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            Raw(i == 0 ? "" : ".");
            TomlText.WriteKey(path[i], output);
        }
    }

    private void Value(TomlValue value, int depth)
    {
        switch (value.Content)
        {
            case string text: TomlText.WriteValue(text, output); break;
            case long number: Raw(number.ToString(CultureInfo.InvariantCulture)); break;
            case double number: Raw(Float(number)); break;
            case bool flag: Raw(flag ? "true" : "false"); break;
            case DateTimeOffset time: Raw(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)); break;
            case DateTime time: Raw(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)); break;
            case DateOnly date: Raw(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: Raw(time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)); break;
            case TomlArray array: Array(array, depth + 1); break;
            case TomlTable table: InlineTable(table, depth + 1); break;
        }
    }

    private void Array(TomlArray array, int depth)
    {
        CheckDepth(depth);
        Raw("[");
        for (var i = 0; i < array.Count; i++)
        {
            Raw(i == 0 ? "" : ", ");
            Value(array[i], depth);
        }

        Raw("]");
    }

    private void InlineTable(TomlTable table, int depth)
    {
        CheckDepth(depth);
        Raw("{");
        var separator = " ";
        foreach (var (key, value) in table)
        {
            Raw(separator);
            TomlText.WriteKey(key, output);
            Raw(" = ");
            Value(value, depth);
            separator = ", ";
        }

        Raw(" }");
    }

    private static string Float(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var digits = number.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
    }

    private static void CheckDepth(int depth)
    {
        if (depth > TomlReader.MaxDepth)
        {
            throw new InvalidOperationException($"A TOML document nests at most {TomlReader.MaxDepth} levels deep.");
        }
    }

    private void Raw(ReadOnlySpan<char> text)
    {
        Encoding.UTF8.GetBytes(text, output);
        _isBegun = true;
    }
}
