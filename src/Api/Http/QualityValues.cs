using System.Globalization;

namespace PyWharf.Api.Http;

/// <summary>
/// Walks through a list of values with weights, such as Accept has (RFC 9110, sections 5.6 and 12.4.2), and allocates nothing.
/// Parameters other than the weight are skipped, and so is a value whose weight is none.
/// </summary>
internal ref struct QualityValues(ReadOnlySpan<char> list)
{
    private ReadOnlySpan<char> _rest = list;

    /// <summary>The value, without its parameters; never empty.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>From 0, which refuses the value, to 1.</summary>
    public double Weight { get; private set; }

    /// <summary>Goes to the next value; false at the end.</summary>
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

    // Takes what stands before the separator, or all. A separator between quotes is text.
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
