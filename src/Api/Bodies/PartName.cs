using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PyWharf.Api.Bodies;

/// <summary>What a part of multipart/form-data is called (RFC 7578, section 4.2).</summary>
/// <param name="Field">The field, never empty.</param>
/// <param name="Filename">The file's name as it was sent; null for a part that is no file.</param>
internal sealed record PartName(string Field, string? Filename)
{
    /// <summary>Null for a part without a name that can be read.</summary>
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

            // Not unescaped: no name that is accepted holds a backslash, and «a\b» must not become «ab».
            StringSegment filename = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);

            return new PartName(name, filename.Value);
        }
        catch (NotSupportedException)
        {
            return null; // in a charset that .NET refuses: «=?utf-7?B?…?=», filename*=utf-7''…
        }
    }
}
