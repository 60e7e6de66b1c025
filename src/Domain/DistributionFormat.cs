namespace PyWharf.Domain;

/// <summary>A format of distribution files: the formats that installers unpack, and legacy formats that a storage may hold.</summary>
/// <param name="Extension">Without the leading dot; case-sensitive, as for installers.</param>
/// <param name="Kind">The kind of distribution.</param>
/// <param name="Platform">The start of the platform part after the version, if the format has one.</param>
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

    /// <summary>Whether the file name starts with the project; system packages have naming rules of their own.</summary>
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

    /// <summary>The version in the text after the project: <c>1.0</c> of <c>1.0-py3.9</c> and <c>1.0.win32-py2.7</c>.</summary>
    public ReadOnlySpan<char> VersionIn(ReadOnlySpan<char> text) =>
        Platform is not null && text.IndexOf(Platform) is >= 0 and var end ? text[..end] : text;

    private bool Ends(string filename) =>
        filename.EndsWith(Extension, StringComparison.Ordinal)
        && filename.Length > Extension.Length
        && filename[^(Extension.Length + 1)] == '.';
}
