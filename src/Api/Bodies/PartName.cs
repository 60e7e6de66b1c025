using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PyWharf.Api.Bodies;

/// <summary>Field name and file name of a part of multipart/form-data (RFC 7578, section 4.2).</summary>
/// <param name="Field">Name of the field, never empty.</param>
/// <param name="Filename">The file name as sent; null for a part that is no file.</param>
internal sealed record PartName(string Field, string? Filename)
{
    /// <summary>Null if the part has no readable name.</summary>
    public static PartName? Of(MultipartSection part)
    {
        try
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
                || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
            {
                return null;
            }

            // Not unescaped: valid names have no backslash, and «a\b» must not become «ab».
            StringSegment filename = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);

            return new PartName(name, filename.Value);
        }
        catch (NotSupportedException)
        {
            return null; // a charset that .NET does not support: «=?utf-7?B?…?=», filename*=utf-7''…
        }
    }
}
