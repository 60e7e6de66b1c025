using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PyWharf.Api.Bodies;

/// <summary>The content type of a form in a request.</summary>
/// <param name="Boundary">The boundary of multipart/form-data; null for application/x-www-form-urlencoded.</param>
internal sealed record FormContentType(string? Boundary)
{
    /// <summary>Null for anything but an unencoded form in UTF-8. Other charsets are not looked up: for some of them the framework throws.</summary>
    public static FormContentType? Of(HttpRequest request)
    {
        if (!IsPlain(request.Headers.ContentEncoding)
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset)))
        {
            return null;
        }

        if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return new FormContentType(Boundary: null);
        }

        return type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 70 } boundary // RFC 2046, section 5.1.1
                ? new FormContentType(boundary)
                : null;
    }

    private static bool IsPlain(StringValues coding) =>
        StringValues.IsNullOrEmpty(coding) || coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(StringSegment charset) =>
        !charset.HasValue || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
