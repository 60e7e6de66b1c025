using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// The API's URL of an asset of the configured repository. Of a URL in an index file only the asset's id is used: the index may have been written through
/// another address of the same GitHub, or before the repository was renamed, and whoever writes it could name any server, while requests to this URL carry
/// a token. Equal when the ids are.
/// </summary>
internal sealed partial record AssetUrl
{
    private AssetUrl(Uri uri, long id)
    {
        Uri = uri;
        Id = id;
    }

    /// <summary>The URL.</summary>
    public Uri Uri { get; }

    /// <summary>GitHub's id of the asset; later assets have greater ids.</summary>
    public long Id { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">What an index says.</param>
    /// <param name="assets">Where the assets of the repository are (<see cref="GitHubConfig.Assets"/>).</param>
    /// <param name="url">The asset.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, Uri assets, [NotNullWhen(true)] out AssetUrl? url)
    {
        url = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http"
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            && PathOfAsset().Match(uri.AbsolutePath) is { Success: true } path
            && long.TryParse(path.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            url = new AssetUrl(new Uri(assets, id.ToString(CultureInfo.InvariantCulture)), id);
        }

        return url is not null;
    }

    public bool Equals(AssetUrl? other) => Id == other?.Id;

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Uri.AbsoluteUri;

    // By name, or by number where the repository was renamed; below a path where that is an Enterprise Server's.
    [GeneratedRegex(@"/(repos/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+|repositories/[0-9]+)/releases/assets/(?<id>[0-9]+)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PathOfAsset();
}
