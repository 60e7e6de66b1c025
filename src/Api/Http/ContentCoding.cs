using Microsoft.Extensions.Primitives;

namespace PyWharf.Api.Http;

/// <summary>Reads Accept-Encoding (RFC 9110, section 12.5.3).</summary>
internal static class ContentCoding
{
    /// <summary>Whether to answer with gzip rather than uncompressed.</summary>
    /// <param name="acceptEncoding">The header; without one the response is uncompressed.</param>
    /// <param name="isWorthwhile">Whether compression pays off. If not, gzip is used only if the client refuses identity.</param>
    public static bool WantsGzip(StringValues acceptEncoding, bool isWorthwhile)
    {
        double? gzip = null, identity = null, any = null;
        foreach (var line in acceptEncoding)
        {
            var codings = new QualityValues(line);
            while (codings.MoveNext())
            {
                if (Is(codings.Value, "gzip") || Is(codings.Value, "x-gzip"))
                {
                    gzip = codings.Weight;
                }
                else if (Is(codings.Value, "identity"))
                {
                    identity = codings.Weight;
                }
                else if (codings.Value is "*")
                {
                    any = codings.Weight;
                }
            }
        }

        if ((gzip ?? any ?? 0) == 0)
        {
            return false;
        }

        var refusesPlain = (identity ?? any) == 0;
        return refusesPlain || (isWorthwhile && (gzip ?? any) >= (identity ?? 0));
    }

    private static bool Is(ReadOnlySpan<char> coding, string name) => coding.Equals(name, StringComparison.OrdinalIgnoreCase);
}
