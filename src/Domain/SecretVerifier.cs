using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Domain;

/// <summary>
/// What a configuration knows of a secret that clients show: the secret itself, or only its SHA-256. It recognises the secret in fixed time, and never
/// reveals it.
/// </summary>
public sealed class SecretVerifier
{
    private static readonly byte[] DigestOfNothing = SHA256.HashData([]);

    private readonly Secret? _secret;
    private readonly byte[] _digest;

    private SecretVerifier(Secret? secret, byte[] digest) => (_secret, _digest) = (secret, digest);

    /// <summary>Recognises nothing.</summary>
    public static SecretVerifier None { get; } = Of(new Secret(""));

    /// <summary>Whether it recognises nothing, as no secret is configured.</summary>
    public bool IsEmpty => _secret?.IsEmpty ?? _digest.AsSpan().SequenceEqual(DigestOfNothing);

    /// <summary>Recognises this secret; an empty one is recognised by nobody.</summary>
    public static SecretVerifier Of(Secret secret) => new(secret, []);

    /// <summary>Recognises the secret whose UTF-8 bytes have this digest. Only for random secrets: others can be found by trying.</summary>
    public static SecretVerifier Of(Sha256Digest digest)
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        digest.CopyTo(bytes);

        return new SecretVerifier(secret: null, bytes);
    }

    /// <summary>Whether a client shows the secret. An empty one is never recognised.</summary>
    public bool Matches(Secret shown) => _secret is not null
        ? _secret.Matches(shown)
        : CryptographicOperations.FixedTimeEquals(_digest, SHA256.HashData(Encoding.UTF8.GetBytes(shown.Reveal()))) && !shown.IsEmpty;
}
