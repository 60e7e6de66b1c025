using System.Globalization;

namespace PyWharf.Api.Http;

/// <summary>
/// Enumerates a header's list of values with quality values, such as Accept (RFC 9110, sections 5.6 and 12.4.2), without allocations. Skips other
/// parameters, and values with a malformed quality value.
/// </summary>
internal ref struct QualityValues(ReadOnlySpan<char> list)
{
    private ReadOnlySpan<char> _rest = list;

    /// <summary>The value, without its parameters; never empty.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>The quality value from 0 (not acceptable) to 1.</summary>
    public double Weight { get; private set; }

    /// <summary>Advances to the next value; false at the end.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var parameters = Cut(ref _rest, ',');
            Value = Cut(ref parameters, ';');
            if (!Value.IsEmpty && TryFindWeight(parameters))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryFindWeight(scoped ReadOnlySpan<char> parameters)
    {
        while (!parameters.IsEmpty)
        {
            var parameter = Cut(ref parameters, ';');
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            {
                var parsed = double.TryParse(
                    parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight);
                Weight = weight;
                return parsed && weight is >= 0 and <= 1;
            }
        }

        Weight = 1;
        return true;
    }

    // Takes the text before the separator, or all of it. Separators in quotes don't count.
    private static ReadOnlySpan<char> Cut(scoped ref ReadOnlySpan<char> text, char separator)
    {
        var end = text.IndexOfAny(separator, '"');
        if (end >= 0 && text[end] == '"')
        {
            end = EndAfterQuotes(text, end, separator);
        }

        var head = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return head.Trim();
    }

    private static int EndAfterQuotes(ReadOnlySpan<char> text, int start, char separator)
    {
        var quoted = false;
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                quoted = !quoted;
            }
            else if (quoted && text[at] == '\\')
            {
                at++;
            }
            else if (!quoted && text[at] == separator)
            {
                return at;
            }
        }

        return -1;
    }
}
