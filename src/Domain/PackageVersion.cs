using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// A PEP 440 version. Versions are equal, sort and hash as the specification orders releases: <c>1.0</c> is <c>1.0.0</c>,
/// <c>1.0rc1</c> comes before <c>1.0</c>. Integers are unbounded.
/// </summary>
[SuppressMessage("Design", "CA1036:Override methods on comparable types", Justification = "They are sorted; no code asks which of two is smaller by an operator.")]
public sealed record PackageVersion : IComparable<PackageVersion>
{
    private const string WhiteSpace = " \t\n\v\f\r";

    // The only state, to save memory: an index has a version per file. Splitting the text again for comparisons is cheap.
    private readonly string _normalized;

    private PackageVersion(string normalized) => _normalized = normalized;

    /// <summary>The normal form without trailing zeros of the release: the same for equal versions.</summary>
    public string Canonical
    {
        get
        {
            var parts = new VersionParts(_normalized);
            return parts.TrailingZeros == 0 ? _normalized : string.Concat(parts.Head, parts.Tail);
        }
    }

    /// <summary>Without the local part: <c>1.0a1</c> of <c>1.0a1+cu118</c>.</summary>
    public string Public => Local is { } local ? _normalized[..^(local.Length + 1)] : _normalized;

    /// <summary>Epoch and release only: <c>1!2.0</c> of <c>1!2.0rc1.dev3+x</c>.</summary>
    public string BaseVersion
    {
        get
        {
            var parts = new VersionParts(_normalized);
            return _normalized[..^parts.Tail.Length];
        }
    }

    /// <summary>The part after the <c>+</c>, if there is one.</summary>
    public string? Local => _normalized.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? _normalized[(plus + 1)..] : null;

    /// <summary>Whether installers skip the version by default: alpha, beta, release candidate or development release.</summary>
    public bool IsPrerelease
    {
        get
        {
            var parts = new VersionParts(_normalized);
            return !parts.Pre.IsEmpty || !parts.Dev.IsEmpty;
        }
    }

    public bool IsPostrelease => !new VersionParts(_normalized).Post.IsEmpty;

    public bool IsDevrelease => !new VersionParts(_normalized).Dev.IsEmpty;

    /// <summary>Reads a version in any spelling PEP 440 allows, white space around it included.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PackageVersion? version) =>
        TryParse(text.AsSpan().Trim(WhiteSpace), text, out version);

    /// <summary>As the public overload, but without trimming: for versions inside another text.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PackageVersion? version) =>
        TryParse(text, null, out version);

    public int CompareTo(PackageVersion? other) =>
        other is null ? 1 :
        _normalized == other._normalized ? 0 : new VersionParts(_normalized).CompareTo(new VersionParts(other._normalized));

    public bool Equals(PackageVersion? other)
    {
        if (other is null || _normalized == other._normalized)
        {
            return other is not null;
        }

        var left = new VersionParts(_normalized);
        var right = new VersionParts(other._normalized);
        return left.Head.SequenceEqual(right.Head) && left.Tail.SequenceEqual(right.Tail);
    }

    public override int GetHashCode()
    {
        var parts = new VersionParts(_normalized);
        return HashCode.Combine(string.GetHashCode(parts.Head), string.GetHashCode(parts.Tail));
    }

    /// <summary>The normal form. It keeps the release as written: <c>1.0.0</c> stays <c>1.0.0</c>.</summary>
    public override string ToString() => _normalized;

    private static bool TryParse(ReadOnlySpan<char> text, string? whole, [NotNullWhen(true)] out PackageVersion? version)
    {
        const int OnStack = 256;
        var capacity = text.Length + VersionNormalizer.MaxGrowth;
        var buffer = capacity <= OnStack ? stackalloc char[OnStack] : new char[capacity];

        version = VersionNormalizer.TryNormalize(text, buffer, out var length)
            ? new PackageVersion(whole is not null && buffer[..length].SequenceEqual(whole) ? whole : new string(buffer[..length]))
            : null;
        return version is not null;
    }
}
