using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PyWharf.Domain;

/// <summary>A password or token. It is never printed, and compared in fixed time.</summary>
public sealed class Secret
{
    // A random key per process, so that leaked fingerprints are no target for dictionary attacks.
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private readonly string _value;
    private readonly byte[] _digest;

    public Secret(string value)
    {
        _value = value;
        // UTF-16: encoded as UTF-8, two different malformed texts could become equal.
        _digest = HMACSHA256.HashData(Key, MemoryMarshal.AsBytes(value.AsSpan()));
    }

    /// <summary>Whether both secrets are equal. An empty secret matches nothing, not even an empty one.</summary>
    /// <remarks>Compares digests, so that the time reveals neither length nor prefix of the secret.</remarks>
    public bool Matches(Secret candidate) =>
        CryptographicOperations.FixedTimeEquals(_digest, candidate._digest) && _value.Length != 0;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The secret itself, for a back end.</summary>
    public string Reveal() => _value;

    /// <summary>A cache key: equal for equal secrets within this process, different in another process.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(_digest);

    public override string ToString() => "***";
}
