namespace PyWharf.Domain;

/// <summary>A format a storage may hold: what installers unpack, and what the index listed in the past.</summary>
/// <param name="Extension">Without a dot at its beginning. Case matters, as it does to installers.</param>
/// <param name="Kind">What a file of this format is.</param>
/// <param name="Platform">What begins the platform after the version, if the format names one.</param>
internal sealed record DistributionFormat(string Extension, DistributionKind Kind, string? Platform = null)
{
    private static readonly DistributionFormat[] All =
    [
        new("whl", DistributionKind.Wheel),
        .. Array.ConvertAll(
            ["tar.gz", "zip", "tar.bz2", "tbz", "tgz", "tar", "tar.xz", "txz", "tlz", "tar.lz", "tar.lzma", "tar.Z"],
            extension => new DistributionFormat(extension, DistributionKind.Sdist)),
        new("egg", DistributionKind.Other, "-py"),
        new("exe", DistributionKind.Other, ".win"),
        new("msi", DistributionKind.Other, ".win"),
        new("rpm", DistributionKind.Other),
        new("deb", DistributionKind.Other),
    ];

    /// <summary>System packages are named by the rules of their system.</summary>
    public bool NamesProject => Extension is not ("rpm" or "deb");

    public static DistributionFormat? Of(string filename)
    {
        foreach (var format in All)
        {
            if (format.Ends(filename))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>The version in what follows the project: <c>1.0</c> of <c>1.0-py3.9</c> and <c>1.0.win32-py2.7</c>.</summary>
    public ReadOnlySpan<char> VersionIn(ReadOnlySpan<char> text) =>
        Platform is not null && text.IndexOf(Platform) is >= 0 and var end ? text[..end] : text;

    private bool Ends(string filename) =>
        filename.EndsWith(Extension, StringComparison.Ordinal)
        && filename.Length > Extension.Length
        && filename[^(Extension.Length + 1)] == '.';
}
