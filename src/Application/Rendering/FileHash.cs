using System.Buffers;
using System.Collections.Frozen;

namespace PyWharf.Application.Rendering;

/// <summary>One digest of a file, under an algorithm name that every client of an index knows.</summary>
/// <remarks>
/// An algorithm that Python's hashlib does not guarantee breaks clients: pip fails on the whole page. <see cref="OrNull"/> refuses such a hash.
/// </remarks>
public sealed record FileHash
{
    private static readonly FrozenDictionary<string, int> HexLengths = new Dictionary<string, int>
    {
        ["md5"] = 32,
        ["sha1"] = 40,
        ["sha224"] = 56,
        ["sha256"] = 64,
        ["sha384"] = 96,
        ["sha512"] = 128,
        ["blake2b"] = 128,
        ["blake2s"] = 64,
        ["sha3_224"] = 56,
        ["sha3_256"] = 64,
        ["sha3_384"] = 96,
        ["sha3_512"] = 128,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // The algorithms that uv accepts in a fragment; any other fails the whole page. In order of preference: lock files use sha256.
    private static readonly string[] FragmentAlgorithms = ["sha256", "sha512", "sha384", "blake2b", "md5"];

    private FileHash(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary>As hashlib spells it: lower case.</summary>
    public string Algorithm { get; }

    /// <summary>The digest in lower-case hexadecimal, of the length that the algorithm has.</summary>
    public string Hex { get; }

    /// <summary>The SHA-256 of a file.</summary>
    /// <param name="hex">64 lower-case hexadecimal digits.</param>
    public static FileHash Sha256(string hex) => new("sha256", hex);

    /// <summary>Parses a hash from upstream; null if clients could not use it.</summary>
    public static FileHash? OrNull(string algorithm, string hex) =>
        HexLengths.TryGetValue(algorithm, out var length) && hex.Length == length && hex.AsSpan().IndexOfAnyExcept(HexDigits) < 0
            ? new FileHash(algorithm, hex.ToLowerInvariant())
            : null;

    /// <summary><c>name=hex</c>, the form of URL fragments.</summary>
    public override string ToString() => $"{Algorithm}={Hex}";

    /// <summary>The best hash for a fragment or attribute, which take only one; null if none is suitable.</summary>
    internal static FileHash? Best(IReadOnlyList<FileHash> hashes)
    {
        foreach (var algorithm in FragmentAlgorithms)
        {
            foreach (var hash in hashes)
            {
                if (hash.Algorithm == algorithm)
                {
                    return hash;
                }
            }
        }

        return null;
    }
}
