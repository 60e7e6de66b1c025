using System.Buffers;

namespace PyWharf.Domain;

/// <summary>
/// The parts of a version in normal form, as slices of its text. An empty slice is an absent part. Integers stay digits:
/// without leading zeros the longer is the greater, whatever their size.
/// </summary>
internal readonly ref struct VersionParts
{
    private static readonly SearchValues<char> DigitsAndDot = SearchValues.Create("0123456789.");

    private readonly ReadOnlySpan<char> _epoch;
    private readonly ReadOnlySpan<char> _release;
    private readonly ReadOnlySpan<char> _local;

    public VersionParts(ReadOnlySpan<char> normalized)
    {
        var start = normalized.IndexOf('!') + 1;
        _epoch = start == 0 ? default : normalized[..(start - 1)];

        var length = normalized[start..].IndexOfAnyExcept(DigitsAndDot);
        var release = length < 0 ? normalized[start..] : normalized.Slice(start, length);
        // Of "1.0.post1" the run of digits and dots ends in the dot of ".post".
        _release = release is [.., '.'] ? release[..^1] : release;

        var end = start + _release.Length;
        Tail = normalized[end..];
        var significant = _release;
        while (significant is [.., '.', '0'])
        {
            significant = significant[..^2];
        }

        _release = significant;
        Head = normalized[..(start + significant.Length)];
        TrailingZeros = end - Head.Length;

        var rest = Tail;
        _local = Cut(ref rest, "+");
        Dev = Cut(ref rest, ".dev");
        Post = Cut(ref rest, ".post");
        Pre = rest;
    }

    /// <summary>Epoch and release without trailing zeros, which comparisons ignore.</summary>
    public ReadOnlySpan<char> Head { get; }

    /// <summary>Everything after the release: <c>a1.post2.dev3+x</c>.</summary>
    public ReadOnlySpan<char> Tail { get; }

    /// <summary>The characters between <see cref="Head"/> and <see cref="Tail"/>.</summary>
    public int TrailingZeros { get; }

    /// <summary><c>a1</c>, <c>b1</c> or <c>rc1</c>.</summary>
    public ReadOnlySpan<char> Pre { get; }

    /// <summary>The number of a post-release.</summary>
    public ReadOnlySpan<char> Post { get; }

    /// <summary>The number of a development release.</summary>
    public ReadOnlySpan<char> Dev { get; }

    /// <summary>PEP 440, "Summary of permitted suffixes and relative ordering".</summary>
    public int CompareTo(VersionParts other)
    {
        var order = CompareIntegers(_epoch, other._epoch);
        order = order != 0 ? order : CompareReleases(_release, other._release);
        if (order != 0 || Tail.SequenceEqual(other.Tail))
        {
            return order;
        }

        order = PhaseRank.CompareTo(other.PhaseRank);
        order = order != 0 ? order : CompareIntegers(Pre.TrimStart("abrc"), other.Pre.TrimStart("abrc"));
        order = order != 0 ? order : CompareIntegers(Post, other.Post);
        order = order != 0 ? order : Dev.IsEmpty.CompareTo(other.Dev.IsEmpty);
        order = order != 0 ? order : CompareIntegers(Dev, other.Dev);
        return order != 0 ? order : CompareLocals(_local, other._local);
    }

    /// <summary>A development release of the final version comes before its alphas; a final or post-release after all of them.</summary>
    private int PhaseRank => Pre switch
    {
        ['a', ..] => 1,
        ['b', ..] => 2,
        ['r', ..] => 3,
        _ => Post.IsEmpty && !Dev.IsEmpty ? 0 : 4,
    };

    private static ReadOnlySpan<char> Cut(scoped ref ReadOnlySpan<char> text, string mark)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
        {
            return default;
        }

        var after = text[(at + mark.Length)..];
        text = text[..at];
        return after;
    }

    private static int CompareIntegers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var order = left.Length.CompareTo(right.Length);
        return order != 0 ? order : left.SequenceCompareTo(right);
    }

    private static int CompareReleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var order = 0;
        // Trailing zeros are gone, so that the longer of two with a common beginning has something other than zero in it.
        while (order == 0 && !(left.IsEmpty && right.IsEmpty))
        {
            order = CompareIntegers(NextSegment(ref left), NextSegment(ref right));
        }

        return order;
    }

    private static int CompareLocals(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var order = 0;
        while (order == 0 && !(left.IsEmpty && right.IsEmpty))
        {
            var a = NextSegment(ref left);
            var b = NextSegment(ref right);
            var aIsInteger = !a.ContainsAnyExceptInRange('0', '9');
            var bIsInteger = !b.ContainsAnyExceptInRange('0', '9');
            order = a.IsEmpty != b.IsEmpty ? b.IsEmpty.CompareTo(a.IsEmpty)
                : aIsInteger != bIsInteger ? aIsInteger.CompareTo(bIsInteger)
                : aIsInteger ? CompareIntegers(a, b) : a.SequenceCompareTo(b);
        }

        return order;
    }

    private static ReadOnlySpan<char> NextSegment(scoped ref ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var segment = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return segment;
    }
}
