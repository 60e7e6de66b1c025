using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PyWharf.Domain;

/// <summary>A password or token. It never prints itself and is compared in fixed time.</summary>
public sealed class Secret
{
    // Keyed anew in each process, so that a fingerprint that leaks is no target for a dictionary.
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private readonly string _value;
    private readonly byte[] _digest;

    public Secret(string value)
    {
        _value = value;
        // UTF-16 as it is: as UTF-8, two different malformed texts could become one.
        _digest = HMACSHA256.HashData(Key, MemoryMarshal.AsBytes(value.AsSpan()));
    }

    /// <summary>Whether both are the same secret. An empty one matches nothing, not even another empty one.</summary>
    /// <remarks>Digests are compared, so that neither the length nor the beginning of the secret shows in the time it takes.</remarks>
    public bool Matches(Secret candidate) =>
        CryptographicOperations.FixedTimeEquals(_digest, candidate._digest) && _value.Length != 0;

    /// <summary>The secret itself, to hand to a back end.</summary>
    public string Reveal() => _value;

    /// <summary>A key for caches: the same for equal secrets within this process, another one in the next.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(_digest);

    public override string ToString() => "***";
}
