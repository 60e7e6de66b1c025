using System.Text;
using System.Text.Unicode;

namespace PyWharf.Application.Archives;

/// <summary>Reads the rows of RECORD: comma-separated values as in Python's <c>csv</c> module, but stricter with quotes.</summary>
internal static class RecordRows
{
    // Rows are held in memory; real wheels have fewer files.
    private const int MaxRows = 200_000;

    // A valid row has three fields; a fourth is kept to detect malformed rows.
    private const int MaxFields = 4;

    /// <summary>The fields of each row that is not empty.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8; no installer reads it then.</exception>
    /// <exception cref="FormatException">It is too long, or a quoted field is malformed.</exception>
    public static IEnumerable<IReadOnlyList<string>> Read(byte[] document)
    {
        var text = Utf8.IsValid(document) ? Encoding.UTF8.GetString(document) : throw new InvalidDataException("RECORD is not UTF-8.");
        var row = new List<string>(MaxFields);
        var rows = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var field = text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at);
            if (row.Count < MaxFields)
            {
                row.Add(field);
            }

            if (at < text.Length - 1 && text[at] == ',')
            {
                continue;
            }

            if (at == text.Length - 1 && text[at] == ',')
            {
                row.Add("");
            }

            if (row is not [""])
            {
                yield return ++rows <= MaxRows ? row : throw new FormatException($"RECORD has more than {MaxRows} rows.");
            }

            row = new List<string>(MaxFields);
        }
    }

    /// <summary>An unquoted field; <paramref name="at"/> is moved to its end.</summary>
    private static string Plain(string text, ref int at)
    {
        var length = text.AsSpan(at).IndexOfAny(',', '\r', '\n');
        var field = length < 0 ? text[at..] : text.Substring(at, length);
        at += field.Length;

        return field;
    }

    private static string Quoted(string text, ref int at)
    {
        var field = new StringBuilder();
        while (true)
        {
            var end = text.IndexOf('"', at + 1);
            if (end < 0)
            {
                throw new FormatException("RECORD is malformed: it has a quote that is not closed.");
            }

            field.Append(text, at + 1, end - at - 1);
            at = end + 1;
            if (at == text.Length || text[at] is ',' or '\r' or '\n')
            {
                return field.ToString();
            }

            if (text[at] != '"')
            {
                throw new FormatException("RECORD is malformed: it has text behind a quoted field.");
            }

            field.Append('"');
        }
    }
}
