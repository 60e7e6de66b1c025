namespace PyWharf.Domain;

/// <summary>
/// Identifies a file in all spellings of its name: project, version, kind, and for a wheel its build and tags. Installers treat two names of one
/// identity as the same file and choose arbitrarily, so only one of them may be published. Equal if the normal forms are equal.
/// </summary>
public sealed record DistributionIdentity
{
    private readonly string _text;

    private DistributionIdentity(string text) => _text = text;

    /// <summary>The normal form, not a file name: <c>demo-pkg/1.2/1a/py2.py3-none-any</c> for a wheel, <c>demo-pkg/1.2</c> for an sdist.</summary>
    public override string ToString() => _text;

    // A release has one sdist, whatever its extension (PEP 625). Files without a version and legacy kinds are identified by their name.
    internal static DistributionIdentity Of(DistributionFilename filename) => new((filename.Kind, filename.Version) switch
    {
        (DistributionKind.Wheel, { } version) => $"{filename.Project}/{version.Canonical}/{BuildOf(filename)}/{filename.TagSets}",
        (DistributionKind.Sdist, { } version) => $"{filename.Project}/{version.Canonical}",
        _ => filename.ToString(),
    });

    // Suffixes are compared ignoring case: two wheels that differ in nothing else should not both be published.
    private static string BuildOf(DistributionFilename filename) =>
        filename.Build is var (number, suffix) ? $"{number}{suffix.ToLowerInvariant()}" : "";
}
