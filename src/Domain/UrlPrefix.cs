using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace PyWharf.Domain;

/// <summary>
/// The path under which a proxy publishes the server: none, or segments of unreserved characters (RFC 3986, section 2.3) with a leading and
/// without a trailing slash.
/// </summary>
public sealed partial record UrlPrefix
{
    private readonly string _value;

    private UrlPrefix(string value) => _value = value;

    /// <summary>The server is published at the root of its host.</summary>
    public static UrlPrefix None { get; } = new("");

    /// <summary>The first path segment, without slashes; empty if there is no prefix.</summary>
    public string FirstSegment => _value.TrimStart('/').Split('/')[0];

    /// <summary>Reads a prefix, with or without slashes around it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UrlPrefix? prefix)
    {
        var path = text.Trim('/');
        prefix = path.Length == 0 ? None
            : Segments().IsMatch(path) && !path.Split('/').Any(segment => segment is "." or "..") ? new UrlPrefix("/" + path)
            : null;

        return prefix is not null;
    }

    public override string ToString() => _value;

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*\z")]
    private static partial Regex Segments();
}
