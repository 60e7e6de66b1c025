using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// The API's URL of an asset, as an index file names it. Whoever may write the index file writes this, and requests to it carry a token: so it
/// is one only where it leads to the configured GitHub and to an asset there. Equal when it is the same asset, whatever its repository is called.
/// </summary>
internal sealed partial record AssetUrl
{
    private AssetUrl(Uri uri, long id)
    {
        Uri = uri;
        Id = id;
    }

    /// <summary>Where it is.</summary>
    public Uri Uri { get; }

    /// <summary>By which GitHub tells it from every other asset; later ones have greater ones.</summary>
    public long Id { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">What an index says.</param>
    /// <param name="apiUrl">Where the API is, ending in a slash.</param>
    /// <param name="url">The asset.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, Uri apiUrl, [NotNullWhen(true)] out AssetUrl? url)
    {
        url = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme == apiUrl.Scheme && uri.IdnHost == apiUrl.IdnHost && uri.Port == apiUrl.Port
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            && uri.AbsolutePath.StartsWith(apiUrl.AbsolutePath, StringComparison.Ordinal)
            && PathOfAsset().Match(uri.AbsolutePath[apiUrl.AbsolutePath.Length..]) is { Success: true } path
            && long.TryParse(path.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            url = new AssetUrl(uri, id);
        }

        return url is not null;
    }

    public bool Equals(AssetUrl? other) => Id == other?.Id;

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Uri.AbsoluteUri;

    // By name, or by number where the repository was renamed.
    [GeneratedRegex(@"\A(repos/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+|repositories/[0-9]+)/releases/assets/(?<id>[0-9]+)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PathOfAsset();
}
