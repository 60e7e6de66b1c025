namespace PyWharf.Api.Middleware;

/// <summary>Checks the target of a request, before it is decoded.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// Whether the target has only characters of URLs (RFC 3986, section 2), and no segment of its path is «.», «..» or contains an encoded
    /// separator or control character.
    /// </summary>
    public static bool IsValid(string target)
    {
        // The query is checked too: redirects repeat it as it is.
        if (target.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return false;
        }

        var end = target.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? target.AsSpan() : target.AsSpan(0, end);
        if (path.Contains('\\'))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IndexOfAny('%', '.') < 0)
            {
                continue;
            }

            var decoded = Uri.UnescapeDataString(segment);
            if (decoded is "." or ".." || decoded.Any(character => character is '/' or '\\' || char.IsControl(character)))
            {
                return false;
            }
        }

        return true;
    }
}
