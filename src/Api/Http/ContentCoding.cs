using Microsoft.Extensions.Primitives;

namespace PyWharf.Api.Http;

/// <summary>Reads Accept-Encoding (RFC 9110, section 12.5.3).</summary>
internal static class ContentCoding
{
    /// <summary>Whether to answer with gzip rather than with the plain bytes.</summary>
    /// <param name="acceptEncoding">The header; a client that sends none gets plain bytes.</param>
    /// <param name="isWorthwhile">Whether the client would gain by it. If not, it is done only for one that refuses plain bytes.</param>
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
