using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PyWharf.Domain;

/// <summary>
/// Parses a core metadata document, RFC 822-like fields and a body, as Python's <c>email</c> package does, which installers use: a line that is no
/// field begins the body, and a lone carriage return ends a line.
/// </summary>
internal static class MetadataDocument
{
    // Far more than real packages have; limits the memory that a hostile one can use.
    private const int MaxFields = 20_000;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != ':')]);

    /// <summary>Reads the document in one pass. The body is empty if there is none.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> document,
        out List<KeyValuePair<string, string>> fields,
        out string body,
        [NotNullWhen(false)] out string? problem)
    {
        var text = Encoding.UTF8.GetString(document.StartsWith(Encoding.UTF8.Preamble) ? document[3..] : document);
        var rest = text.AsSpan();
        fields = [];
        while (NameLength(rest) is >= 0 and var nameLength)
        {
            if (fields.Count == MaxFields)
            {
                body = "";
                problem = $"The metadata has more than {MaxFields} fields.";
                return false;
            }

            var length = LineLength(rest);
            while (rest[length..] is [' ' or '\t', ..])
            {
                length += LineLength(rest[length..]);
            }

            var name = rest[..nameLength].ToString();
            fields.Add(new(name, Unfold(name, rest[(nameLength + 1)..length])));
            rest = rest[length..];
        }

        var separator = rest is ['\r' or '\n', ..] ? LineLength(rest) : 0;
        body = rest[separator..].ToString();
        problem = null;
        return true;
    }

    /// <summary>The number of characters before the colon; -1 if the line is no field.</summary>
    private static int NameLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(NameCharacters);
        return end >= 0 && text[end] == ':' ? end : -1;
    }

    /// <summary>The length of the first line with what ends it.</summary>
    private static int LineLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\r', '\n');
        return end < 0 ? text.Length : text[end..] is ['\r', '\n', ..] ? end + 2 : end + 1;
    }

    private static string Unfold(string name, ReadOnlySpan<char> value)
    {
        value = value.Trim();
        if (!value.ContainsAny('\r', '\n'))
        {
            return value.ToString();
        }

        // These two keep their line breaks; other fields are folded for their length only.
        var keepsLines = name.Equals("Description", StringComparison.OrdinalIgnoreCase)
            || name.Equals("License", StringComparison.OrdinalIgnoreCase);
        var unfolded = new StringBuilder(value.Length);
        while (!value.IsEmpty)
        {
            var line = value[..LineLength(value)];
            value = value[line.Length..];
            line = line.TrimEnd("\r\n");
            if (unfolded.Length != 0)
            {
                unfolded.Append(keepsLines ? '\n' : ' ');
                line = keepsLines ? WithoutIndentation(line) : line.Trim();
            }

            unfolded.Append(line);
        }

        return unfolded.ToString();
    }

    /// <summary>Removes the indentation of continuation lines: seven blanks and a bar, or eight blanks; any more is part of the text.</summary>
    private static ReadOnlySpan<char> WithoutIndentation(ReadOnlySpan<char> line) =>
        line.StartsWith("       |") || line.StartsWith("        ") ? line[8..] : line.TrimStart();
}
