using Microsoft.Extensions.Primitives;
using PyWharf.Application.Rendering;

namespace PyWharf.Api.Http;

/// <summary>Content negotiation of index pages (PEP 691; RFC 9110, section 12.5.1).</summary>
internal static class SimpleNegotiation
{
    /// <summary>The representation; null if none is acceptable (406).</summary>
    public static PageRepresentation? Choose(HttpRequest request, RenderedPage page)
    {
        var format = request.QueryString.HasValue ? request.Query["format"] : StringValues.Empty;

        return (format.Count > 0 ? Named(format) : Preferred(request.Headers.Accept)) switch
        {
            SimpleFormat.TextHtml => page.TextHtml,
            SimpleFormat.Html => page.Html,
            SimpleFormat.Json => page.Json,
            _ => null,
        };
    }

    /// <summary>The format named by <c>?format=</c>, which takes precedence over the header.</summary>
    // An unescaped plus sign in a query is decoded as a space.
    internal static SimpleFormat Named(StringValues format) => Named((string?)format is { } name ? name.Replace(' ', '+') : "");

    /// <summary>The preferred format of the Accept header lines.</summary>
    internal static SimpleFormat Preferred(StringValues accept)
    {
        if (StringValues.IsNullOrEmpty(accept))
        {
            return SimpleFormat.TextHtml;
        }

        var preferences = default(Preferences);
        foreach (var line in accept)
        {
            var ranges = new QualityValues(line);
            while (ranges.MoveNext())
            {
                preferences.Add(ranges.Value, ranges.Weight);
            }
        }

        return preferences.Best;
    }

    private static SimpleFormat Named(ReadOnlySpan<char> type) => type switch
    {
        _ when Is(type, "text/html") => SimpleFormat.TextHtml,
        _ when Is(type, "application/vnd.pypi.simple.v1+json") => SimpleFormat.Json,
        _ when Is(type, "application/vnd.pypi.simple.v1+html") => SimpleFormat.Html,
        _ when Is(type, "application/vnd.pypi.simple.latest+json") => SimpleFormat.Json,
        _ when Is(type, "application/vnd.pypi.simple.latest+html") => SimpleFormat.Html,
        _ => SimpleFormat.None,
    };

    private static bool Is(ReadOnlySpan<char> type, string name) => type.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The preferences collected so far.</summary>
    private struct Preferences
    {
        private Preference _textHtml;
        private Preference _html;
        private Preference _json;

        /// <summary>
        /// For equal weights text/html: clients without a preference are browsers or old; then JSON, which has more data.
        /// </summary>
        public readonly SimpleFormat Best
        {
            get
            {
                var most = Math.Max(_textHtml.Weight, Math.Max(_json.Weight, _html.Weight));
                return most <= 0 ? SimpleFormat.None
                    : _textHtml.Weight == most ? SimpleFormat.TextHtml
                    : _json.Weight == most ? SimpleFormat.Json
                    : SimpleFormat.Html;
            }
        }

        public void Add(ReadOnlySpan<char> range, double weight)
        {
            const int Any = 1, AnySubtype = 2, Exact = 3;

            switch (Named(range))
            {
                case SimpleFormat.TextHtml:
                    _textHtml.Add(Exact, weight);
                    break;
                case SimpleFormat.Html:
                    _html.Add(Exact, weight);
                    break;
                case SimpleFormat.Json:
                    _json.Add(Exact, weight);
                    break;
                case SimpleFormat.None when Is(range, "text/*"):
                    _textHtml.Add(AnySubtype, weight);
                    break;
                case SimpleFormat.None when Is(range, "application/*"):
                    _html.Add(AnySubtype, weight);
                    _json.Add(AnySubtype, weight);
                    break;
                // A lone star is no media range, but old Java clients send it.
                case SimpleFormat.None when range is "*/*" or "*":
                    _textHtml.Add(Any, weight);
                    _html.Add(Any, weight);
                    _json.Add(Any, weight);
                    break;
            }
        }
    }

    /// <summary>The weight of the most specific matching range, in any order.</summary>
    private struct Preference
    {
        private int _specificity;

        public double Weight { get; private set; }

        public void Add(int specificity, double weight)
        {
            if (specificity > _specificity || (specificity == _specificity && weight > Weight))
            {
                _specificity = specificity;
                Weight = weight;
            }
        }
    }
}
