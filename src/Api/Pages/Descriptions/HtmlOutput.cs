using System.Buffers;
using System.Text;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>
/// HTML under construction. Names of elements and attributes are constants of this folder; everything else is encoded here, so that no text can become
/// markup. Attributes are always quoted.
/// </summary>
/// <param name="longest">The greatest length, in characters. What exceeds it throws <see cref="ArgumentOutOfRangeException"/>.</param>
internal sealed class HtmlOutput(int longest)
{
    // Characters with a meaning in HTML; control characters, which HTML forbids; and embeddings, overrides and isolates, by which text reads as what it is not.
    private static readonly SearchValues<char> Special = SearchValues.Create(
        "<>&\"'\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069" + string.Concat(Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(IsForbidden)));

    private readonly StringBuilder _html = new(capacity: Math.Min(4096, longest), maxCapacity: longest);

    /// <summary>Starts an element. Attributes whose value is null are left out.</summary>
    public void Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _html.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                _html.Append(' ').Append(name).Append("=\"");
                Text(value);
                _html.Append('"');
            }
        }

        _html.Append('>');
    }

    /// <summary>Ends an element.</summary>
    public void Close(string element) => _html.Append("</").Append(element).Append('>');

    /// <summary>Ends a line of the source, for people who read it.</summary>
    public void Line() => _html.Append('\n');

    /// <summary>Writes text, encoded.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        for (var special = text.IndexOfAny(Special); special >= 0; special = text.IndexOfAny(Special))
        {
            _html.Append(text[..special]).Append(Encoded(text[special]));
            text = text[(special + 1)..];
        }

        _html.Append(text);
    }

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    private static string Encoded(char special) => special switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ when IsForbidden(special) => "\uFFFD",
        _ => "",
    };

    private static bool IsForbidden(char character) => char.IsControl(character) && character is not ('\t' or '\n' or '\r');
}
