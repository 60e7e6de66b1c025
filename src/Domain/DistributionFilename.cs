using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace PyWharf.Domain;

/// <summary>
/// The name of a distribution file, parsed: project, version, and for a wheel its build and tags. Every instance is a safe file name. Equal if
/// the texts are equal.
/// </summary>
public sealed record DistributionFilename
{
    private readonly string _text;
    private readonly int _versionStart;

    private DistributionFilename(
        string text, string extension, DistributionKind kind, ProjectName project, PackageVersion? version, int versionStart)
    {
        _text = text;
        _versionStart = versionStart;
        Extension = extension;
        Kind = kind;
        Project = project;
        Version = version;
    }

    public DistributionKind Kind { get; }

    /// <summary>The project, spelled as in the file name or, for a stored file, as given.</summary>
    public ProjectName Project { get; }

    /// <summary>The version; null for a stored legacy file without a valid PEP 440 version.</summary>
    public PackageVersion? Version { get; }

    /// <summary>Without the leading dot: <c>whl</c>, <c>tar.gz</c>.</summary>
    public string Extension { get; }

    /// <summary>The file name without the extension and the dot before it.</summary>
    public string Stem => _text[..StemLength];

    /// <summary>The build tag of a wheel, if it has one. Sorted by number, then suffix; wheels without a build tag come first.</summary>
    public (BigInteger Number, string Suffix)? Build => Kind == DistributionKind.Wheel ? WheelFields.Build(AfterProject) : null;

    /// <summary>
    /// The compatibility tags of a wheel, compressed sets expanded, lower-case and sorted: <c>py2-none-any</c>, <c>py3-none-any</c>.
    /// Empty for other kinds. Computed at each call.
    /// </summary>
    public IReadOnlyList<string> Tags => Kind == DistributionKind.Wheel ? WheelFields.Tags(AfterProject) : [];

    /// <summary>
    /// The name in today's form: project and version normalised, <c>_</c> for <c>-</c>, an sdist as <c>.tar.gz</c> (PEP 625; binary distribution
    /// format, "Escaping and Unicode"). The name itself if it has no version.
    /// </summary>
    public string Normalized => (Kind, Version) switch
    {
        (DistributionKind.Wheel, { } version) => $"{Escaped(Project)}-{version}{AfterProject[AfterProject.IndexOf('-')..]}.whl",
        (DistributionKind.Sdist, { } version) => $"{Escaped(Project)}-{version}.tar.gz",
        _ => _text,
    };

    /// <summary>The identity of the file, the same for all spellings of its name. Computed at each call.</summary>
    public DistributionIdentity Identity => DistributionIdentity.Of(this);

    /// <summary>The tag sets of a wheel, one per field, normalised: <c>py2.py3-none-any</c>.</summary>
    internal string TagSets => WheelFields.TagSets(AfterProject);

    private int StemLength => _text.Length - Extension.Length - 1;

    private ReadOnlySpan<char> AfterProject => _text.AsSpan(_versionStart, StemLength - _versionStart);

    /// <summary>
    /// Reads the name of a file that may be uploaded: a wheel, or a source archive as <c>.tar.gz</c> or <c>.zip</c>. The project
    /// need not be spelled in its normal form.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DistributionFilename? filename)
    {
        filename = text is null || !PortableFilename.IsSafe(text) ? null : DistributionFormat.Of(text) switch
        {
            { Kind: DistributionKind.Wheel } => PublishedWheel(text),
            { Extension: "tar.gz" or "zip" } format => PublishedSdist(text, format.Extension),
            _ => null,
        };
        return filename is not null;
    }

    /// <summary>
    /// Reads the name of a file stored under <paramref name="project"/>, including legacy formats and spellings, which are listed but no longer
    /// accepted as uploads. The known project makes names such as <c>a-b-1.0-2.tar.gz</c> unambiguous.
    /// </summary>
    public static bool TryParseStored(
        [NotNullWhen(true)] string? text, ProjectName project, [NotNullWhen(true)] out DistributionFilename? filename)
    {
        filename = text is not null && PortableFilename.IsSafe(text) && DistributionFormat.Of(text) is { } format
            ? Stored(text, format, project)
            : null;
        return filename is not null;
    }

    /// <summary>Whether a name ends like that of a distribution file, of today or of old, whatever comes before.</summary>
    public static bool HasDistributionExtension(string text) => DistributionFormat.Of(text) is not null;

    public bool Equals(DistributionFilename? other) => _text == other?._text;

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The file name itself.</summary>
    public override string ToString() => _text;

    private static string Escaped(ProjectName project) => project.ToString().Replace('-', '_');

    private static DistributionFilename? PublishedWheel(string text)
    {
        var end = text.IndexOf('-', StringComparison.Ordinal);
        return end > 0
            && !text.AsSpan(0, end).Contains("__", StringComparison.Ordinal)
            && ProjectName.TryParse(text[..end], out var project)
                ? Wheel(text, project, end + 1)
                : null;
    }

    private static DistributionFilename? PublishedSdist(string text, string extension)
    {
        var stem = text.AsSpan(0, text.Length - extension.Length - 1);
        var end = stem.LastIndexOf('-');
        return end > 0
            && ProjectName.TryParse(text[..end], out var project)
            && PackageVersion.TryParse(stem[(end + 1)..], out var version)
                ? new DistributionFilename(text, extension, DistributionKind.Sdist, project, version, end + 1)
                : null;
    }

    private static DistributionFilename? Stored(string text, DistributionFormat format, ProjectName project)
    {
        if (!format.NamesProject)
        {
            return new DistributionFilename(text, format.Extension, format.Kind, project, version: null, versionStart: 0);
        }

        var start = project.PrefixLength(text) + 1;
        var length = text.Length - format.Extension.Length - 1 - start;
        if (start == 0 || length <= 0)
        {
            return null;
        }

        // Installers ignore a .whl file whose name is not that of a wheel.
        if (format.Kind == DistributionKind.Wheel)
        {
            return Wheel(text, project, start)
                ?? new DistributionFilename(text, format.Extension, DistributionKind.Other, project, version: null, start);
        }

        var version = PackageVersion.TryParse(format.VersionIn(text.AsSpan(start, length)), out var parsed) ? parsed : null;
        return new DistributionFilename(text, format.Extension, format.Kind, project, version, start);
    }

    private static DistributionFilename? Wheel(string text, ProjectName project, int versionStart) =>
        WheelFields.Version(text.AsSpan(versionStart..^4)) is { } version
            ? new DistributionFilename(text, "whl", DistributionKind.Wheel, project, version, versionStart)
            : null;
}
