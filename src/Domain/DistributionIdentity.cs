namespace PyWharf.Domain;

/// <summary>
/// Which file of which release a file is, however its name spells that: project, version, kind, and of a wheel its build and tags.
/// Installers take two names of one identity for one file and choose between them by chance, so only one of them may be published.
/// Equal when the normal forms are equal.
/// </summary>
public sealed record DistributionIdentity
{
    private readonly string _text;

    private DistributionIdentity(string text) => _text = text;

    /// <summary>The normal form, which is no file name: <c>demo-pkg/1.2/1a/py2.py3-none-any</c> for a wheel, <c>demo-pkg/1.2</c> for an sdist.</summary>
    public override string ToString() => _text;

    // A release has one sdist, whatever its extension (PEP 625). What names no version, or is of a kind that nobody uploads any more, is
    // nothing but its name.
    internal static DistributionIdentity Of(DistributionFilename filename) => new((filename.Kind, filename.Version) switch
    {
        (DistributionKind.Wheel, { } version) => $"{filename.Project}/{version.Canonical}/{BuildOf(filename)}/{filename.TagSets}",
        (DistributionKind.Sdist, { } version) => $"{filename.Project}/{version.Canonical}",
        _ => filename.ToString(),
    });

    // Installers sort builds by their number. That they tell suffixes apart by case is no reason to publish two that differ in nothing else.
    private static string BuildOf(DistributionFilename filename) =>
        filename.Build is var (number, suffix) ? $"{number}{suffix.ToLowerInvariant()}" : "";
}
