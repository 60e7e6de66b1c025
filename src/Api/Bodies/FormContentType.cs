using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PyWharf.Api.Bodies;

/// <summary>What a request says of its body: which kind of form it is.</summary>
/// <param name="Boundary">Between the parts of multipart/form-data; null for application/x-www-form-urlencoded.</param>
internal sealed record FormType(string? Boundary)
{
    /// <summary>Null for anything else than a form in UTF-8 as it is. Names of other charsets are not looked up: some of them throw.</summary>
    public static FormType? Of(HttpRequest request)
    {
        if (!IsPlain(request.Headers.ContentEncoding)
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset)))
        {
            return null;
        }

        if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return new FormType(Boundary: null);
        }

        return type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 70 } boundary // RFC 2046, section 5.1.1
                ? new FormType(boundary)
                : null;
    }

    private static bool IsPlain(StringValues coding) =>
        StringValues.IsNullOrEmpty(coding) || coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(StringSegment charset) =>
        !charset.HasValue || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
